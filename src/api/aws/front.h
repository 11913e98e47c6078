// The web-facing entry of every AWS service: POST / (and GET / with a signature in the query).
//
// The service is the one that the credential scope names. A head whose signature is wrong is refused before its body is
// read; the body is then bounded by the service's own limit, and its hash proves the rest of the signature. A form
// without any signature goes to the service that takes it without one (STS, AssumeRoleWithWebIdentity), if there is
// one.
#pragma once

#include <chrono>
#include <string_view>
#include <vector>

#include "api/aws/service.h"
#include "auth/origins.h"
#include "auth/sigv4.h"
#include "base/log.h"
#include "service/key_use.h"
#include "web/handler.h"

namespace berth::api::aws {

// Stateless; safe from any thread. Everything it is given outlives it.
class Front {
 public:
  // `call`: how long one call may work on metadata. `key_use` is told of each call that was signed; nullptr: nobody is.
  Front(const auth::SigV4Verifier& verifier, std::vector<const Service*> services, base::Log& log,
        std::chrono::milliseconds call, auth::Origins origins = auth::Origins(), service::KeyUse* key_use = nullptr);

  static bool serves(std::string_view path) { return path == "/"; }
  web::Reaction handle(const web::Request& request) const;
  // By the operation's name; what has it in its body may write.
  static bool only_reads(const web::Request& request);
  // ThrottlingException (of a Query service Throttling), which makes SDKs wait longer than others, with 503.
  web::Response busy(const web::Request& request) const;

 private:
  const Service* find(std::string_view name) const;
  web::Response refuse(const Service* service, const web::Request& request, const base::Error& error) const;
  web::Reaction without_signature(const web::Request& request, base::Error error) const;
  web::Response answer(const Service& service, const web::Request& request, auth::PendingSignature pending,
                       base::Result<std::string> body) const;
  web::Response call(const Service& service, const web::Request& request, auth::Caller caller, model::Region region,
                     std::string body) const;

  const auth::SigV4Verifier& verifier_;
  const std::vector<const Service*> services_;
  base::Log& log_;
  const std::chrono::milliseconds call_;
  const auth::Origins origins_;
  service::KeyUse* const key_use_;
};

}  // namespace berth::api::aws
