// The door of AWS Organizations: AWS JSON 1.1 (X-Amz-Target: AWSOrganizationsV20161128.<operation>) in front of
// service/iam. One for all regions: any region's signature will do.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "api/aws/service.h"
#include "base/log.h"
#include "service/iam/services.h"

namespace berth::api::organizations {

// Stateless; safe from any thread. What it is given outlives it.
class Service final : public aws::Service {
 public:
  static constexpr std::uint64_t kMaxBody = 1 << 20;

  Service(service::iam::Services& services, base::Log& log) : services_(services), log_(log) {}

  std::string_view name() const override { return "organizations"; }
  std::uint64_t body_limit(const web::Request&) const override { return kMaxBody; }
  web::Response handle(const aws::Call& call, std::string body) const override;
  web::Response error(const base::Error& error, std::string_view request_id) const override;

 private:
  service::iam::Services& services_;
  base::Log& log_;
};

}  // namespace berth::api::organizations
