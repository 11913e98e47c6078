// Policies on repositories and registries, from the client's text to what is stored and back.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/error.h"
#include "policy/document.h"
#include "service/core.h"
#include "service/stored_principals.h"

namespace berth::service {

// ECR's quota, in characters.
inline constexpr std::size_t kMaxPolicyLength = 10'240;

// invalid_parameter in ECR's words, and `why` behind them.
std::unexpected<base::Error> refuse_policy(policy::Kind kind, const std::string& why);

base::Result<PolicyDocument> parse_policy(std::string_view text, policy::Kind kind);
// As it is evaluated and kept: with principals by their ids. invalid_parameter: one is not there.
base::Result<PolicyDocument> store_policy(const Core& core, const Scope& scope, const policy::Document& given);
// The text for clients, in normal form.
base::Result<std::string> show_policy(meta::Tx& tx, const std::string& stored, policy::Kind kind);

}  // namespace berth::service
