// The STS door: the Query protocol in front of service::iam::TokenService. AssumeRoleWithWebIdentity is called without
// a signature: the token in it says who asks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "api/aws/service.h"
#include "base/log.h"
#include "service/iam/sts_service.h"

namespace berth::api::sts {

// Stateless; safe from any thread. What it is given outlives it.
class Service final : public aws::Service {
 public:
  static constexpr std::uint64_t kMaxBody = 256 << 10;
  static constexpr std::uint64_t kMaxUnsignedBody = 96 << 10;  // a token of 20,000 characters, percent-encoded

  Service(service::iam::TokenService& tokens, base::Log& log) : tokens_(tokens), log_(log) {}

  std::string_view name() const override { return "sts"; }
  std::uint64_t body_limit(const web::Request&) const override { return kMaxBody; }
  std::uint64_t unsigned_body_limit() const override { return kMaxUnsignedBody; }
  bool takes_unsigned(const web::Request& request, std::string_view body) const override;
  web::Response handle(const aws::Call& call, std::string body) const override;
  web::Response error(const base::Error& error, std::string_view request_id) const override;

 private:
  service::iam::TokenService& tokens_;
  base::Log& log_;
};

}  // namespace berth::api::sts
