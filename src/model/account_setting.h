// What can be set for a registry as a whole, that is for an account in a region (ECR API, PutAccountSetting).
#pragma once

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

namespace berth::model {

// The first value is the default. ECR's default of BLOB_MOUNTING is DISABLED; here a mount costs nothing and is limited
// by what the caller may read, so it is on until someone turns it off.
struct AccountSetting {
  std::string_view name;
  std::array<std::string_view, 2> choices;  // those that are not empty

  constexpr std::string_view standard() const { return choices.front(); }
  constexpr bool allows(std::string_view value) const {
    return !value.empty() && std::ranges::count(choices, value) != 0;
  }
};

inline constexpr AccountSetting kBasicScanTypeVersion{"BASIC_SCAN_TYPE_VERSION", {"AWS_NATIVE"}};
inline constexpr AccountSetting kRegistryPolicyScope{"REGISTRY_POLICY_SCOPE", {"V2", "V1"}};
inline constexpr AccountSetting kBlobMounting{"BLOB_MOUNTING", {"ENABLED", "DISABLED"}};

inline constexpr std::array kAccountSettings{kBasicScanTypeVersion, kRegistryPolicyScope, kBlobMounting};

// nullptr: there is no such setting.
constexpr const AccountSetting* find_account_setting(std::string_view name) {
  const auto* const found = std::ranges::find(kAccountSettings, name, &AccountSetting::name);
  return found == kAccountSettings.end() ? nullptr : found;
}

}  // namespace berth::model
