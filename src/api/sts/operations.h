// The operations of STS, one row each.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "api/aws/query_api.h"
#include "service/iam/sts_service.h"

namespace berth::api::sts {

// What an operation needs of its call.
struct Call {
  service::iam::TokenService& tokens;
  const service::Scope& scope;
  std::string region;
};

inline constexpr std::string_view kUnsignedOperation = "AssumeRoleWithWebIdentity";

std::span<const aws::QueryOperation<Call>> operations();  // by name

}  // namespace berth::api::sts
