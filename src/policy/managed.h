// AWS's managed policies that mean something here. Constants: they exist from the start, in every account, and nobody
// changes them.
//
// Source: AWS Managed Policy Reference Guide; ecr.md 3.2. Documents as AWS publishes them, but for ReadOnlyAccess,
// which has the actions of those services that exist here.
#pragma once

#include <span>
#include <string_view>

#include "base/clock.h"

namespace berth::policy {

// Lives as long as the program.
struct Managed {
  std::string_view name;
  std::string_view path;  // "/", or "/aws-service-role/" of those that only a service-linked role may have
  std::string_view arn;
  std::string_view id;  // ANPA...
  std::string_view description;
  std::string_view version;  // the default one and the only one kept, "v3"
  base::Timestamp created, updated;
  std::string_view document;
};

std::span<const Managed> managed_policies();
const Managed* find_managed(std::string_view arn);  // nullptr: there is none

}  // namespace berth::policy
