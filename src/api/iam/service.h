// The IAM door: the Query protocol in front of service/iam. IAM is one for all regions: any region's signature will do.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "api/aws/service.h"
#include "base/log.h"
#include "service/iam/services.h"

namespace berth::api::iam {

// Stateless; safe from any thread. What it is given outlives it.
class Service final : public aws::Service {
 public:
  // Several policy documents of 131,072 characters, percent-encoded.
  static constexpr std::uint64_t kMaxBody = 2 << 20;

  Service(service::iam::Services& services, base::Log& log) : services_(services), log_(log) {}

  std::string_view name() const override { return "iam"; }
  std::uint64_t body_limit(const web::Request&) const override { return kMaxBody; }
  web::Response handle(const aws::Call& call, std::string body) const override;
  web::Response error(const base::Error& error, std::string_view request_id) const override;

 private:
  service::iam::Services& services_;
  base::Log& log_;
};

}  // namespace berth::api::iam
