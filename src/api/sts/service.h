// The STS door: the Query protocol (a form with Action and Version) and XML answers. GetCallerIdentity for now; it is
// what tools call to learn which account they talk to, and what a signed URL that proves an identity calls.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "api/aws/service.h"
#include "base/log.h"

namespace berth::api::sts {

// Stateless; safe from any thread.
class Service final : public aws::Service {
 public:
  static constexpr std::uint64_t kMaxBody = 256 << 10;

  explicit Service(base::Log& log) : log_(log) {}

  std::string_view name() const override { return "sts"; }
  std::uint64_t body_limit(const web::Request&) const override { return kMaxBody; }
  web::Response handle(const aws::Call& call, std::string body) const override;
  web::Response error(const base::Error& error, std::string_view request_id) const override;

 private:
  base::Log& log_;
};

}  // namespace berth::api::sts
