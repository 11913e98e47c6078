// The settings half of PolicyService.
#include <string>

#include "service/policy_service.h"
#include "service/request_keys.h"

namespace berth::service {
namespace {

template <class Range, class Text>
std::string value_set(const Range& range, Text text) {
  std::string list;
  for (const auto& each : range) {
    const std::string_view name = text(each);
    if (!name.empty()) list.append(list.empty() ? "" : ", ").append(name);
  }
  return "Member must satisfy enum value set: [" + list + "]";
}

base::Result<const model::AccountSetting*> find_setting(std::string_view name) {
  const auto* const found = model::find_account_setting(name);
  if (found != nullptr) return found;
  return base::fail_parameter("name", value_set(model::kAccountSettings, [](const auto& each) { return each.name; }));
}

}  // namespace

base::Result<std::string> PolicyService::setting(const Scope& scope, const model::RegistryRef& registry,
                                                 std::string_view name) {
  BERTH_CHECK(core_.require(scope, auth::Action::get_account_setting, registry, setting_key(name)));
  BERTH_TRY(const auto* const setting, find_setting(name));
  return core_.store.read(scope.deadline, [&](meta::Tx& tx) { return value_of(tx, registry, *setting); });
}

base::Result<void> PolicyService::put_setting(const Scope& scope, const model::RegistryRef& registry,
                                              std::string_view name, std::string_view value) {
  BERTH_CHECK(core_.require(scope, auth::Action::put_account_setting, registry, setting_key(name)));
  BERTH_TRY(const auto* const setting, find_setting(name));
  if (!setting->allows(value)) {
    return base::fail_parameter("value", value_set(setting->choices, [](std::string_view each) { return each; }));
  }
  return core_.store.write(scope.deadline, [&](meta::Tx& tx) {
    return tx.policies().put_setting(registry, std::string(setting->name), std::string(value));
  });
}

base::Result<std::string> value_of(meta::Tx& tx, const model::RegistryRef& registry,
                                   const model::AccountSetting& setting) {
  BERTH_TRY(auto value, tx.policies().find_setting(registry, std::string(setting.name)));
  return std::move(value).value_or(std::string(setting.standard()));
}

}  // namespace berth::service
