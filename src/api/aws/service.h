// What an AWS service (ecr, sts, ...) is to the Front that leads to it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "model/region.h"
#include "service/scope.h"
#include "web/request.h"
#include "web/response.h"

namespace berth::api::aws {

// One call whose signature is right, or that needs none. The request outlives it.
struct Call {
  service::Scope scope;
  model::Region region;  // of the credential scope; of a call without signature us-east-1, STS's global endpoint's
  const web::Request& request;
};

// Stateless; safe from any thread; outlives the Front.
class Service {
 public:
  virtual ~Service() = default;

  virtual std::string_view name() const = 0;  // as in the credential scope: "ecr"
  // How large the body of this request may be. Asked before anything is known of the caller but its name.
  virtual std::uint64_t body_limit(const web::Request& request) const = 0;
  // Some calls need no signature. How large the body of a request without one may be; 0: all need one.
  virtual std::uint64_t unsigned_body_limit() const { return 0; }
  // Is this such a call? Then handle() gets it, from an anonymous caller.
  virtual bool takes_unsigned(const web::Request&, std::string_view) const { return false; }
  // Runs on the `api` pool; may block until the scope's deadline.
  virtual web::Response handle(const Call& call, std::string body) const = 0;
  // The service's way to say what went wrong before handle(): signature, body.
  virtual web::Response error(const base::Error& error, std::string_view request_id) const = 0;
};

}  // namespace berth::api::aws
