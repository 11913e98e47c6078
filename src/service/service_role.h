// Roles that clients hand to ECR, so that it does something in their name (customRoleArn).
#pragma once

#include <string>

#include "auth/caller.h"
#include "base/error.h"
#include "service/core.h"

namespace berth::service {

inline constexpr std::string_view kEcrService = "ecr.amazonaws.com";

// Who hands a role to ECR needs iam:PassRole on it. invalid_parameter at `member`: not the ARN of a role of the
// registry's account. Says nothing about whether there is such a role.
base::Result<void> require_pass_role(const Core& core, const Scope& scope, const model::RegistryRef& registry,
                                     std::string_view member, const std::string& role_arn);

// ECR as that role; what it may then do is for require() to say. access_denied: there is no such role, or its trust
// policy does not allow ecr.amazonaws.com to assume it.
base::Result<Scope> as_role(const Core& core, const Scope& scope, const model::RegistryRef& registry,
                            const std::string& role_arn);

}  // namespace berth::service
