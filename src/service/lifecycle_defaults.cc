// The half of LifecycleService that ECR does not have: default policies of registries, and records of evaluations.
#include "json/fields.h"
#include "service/lifecycle_plan.h"
#include "service/lifecycle_service.h"

namespace berth::service {

base::Result<void> LifecycleService::put_default(const Scope& scope, const model::RegistryRef& registry,
                                                 const std::string& text) {
  BERTH_CHECK(core_.require(scope, auth::Action::put_lifecycle_policy, registry));
  if (std::ssize(text) > kMaxLifecycleText) {
    return base::fail_parameter("LifecyclePolicyText",
                                "Member must have length less than or equal to " + std::to_string(kMaxLifecycleText));
  }
  BERTH_CHECK(engine::lifecycle::parse_policy(text));
  return core_.store.write(scope.deadline, [&](meta::Tx& tx) { return tx.lifecycle_defaults().put(registry, text); });
}

base::Result<std::string> LifecycleService::default_policy(const Scope& scope, const model::RegistryRef& registry) {
  BERTH_CHECK(core_.require(scope, auth::Action::get_lifecycle_policy, registry));
  BERTH_TRY(auto text,
            core_.store.read(scope.deadline, [&](meta::Tx& tx) { return tx.lifecycle_defaults().find(registry); }));
  if (text) return *std::move(text);
  return no_default(registry);
}

base::Result<void> LifecycleService::remove_default(const Scope& scope, const model::RegistryRef& registry) {
  BERTH_CHECK(core_.require(scope, auth::Action::delete_lifecycle_policy, registry));
  BERTH_TRY(const bool removed,
            core_.store.write(scope.deadline, [&](meta::Tx& tx) { return tx.lifecycle_defaults().remove(registry); }));
  if (removed) return {};
  return no_default(registry);
}

std::unexpected<base::Error> LifecycleService::no_default(const model::RegistryRef& registry) {
  return base::fail(base::Errc::lifecycle_policy_not_found,
                    "There is no default lifecycle policy in the registry with id '" + registry.account.text() + "'");
}

base::Result<std::vector<LifecycleRecord>> LifecycleService::records(const Scope& scope,
                                                                     const model::RepositoryRef& ref) {
  BERTH_CHECK(core_.require(scope, auth::Action::get_lifecycle_policy, ref));
  BERTH_TRY(const auto texts,
            core_.store.read(scope.deadline, [&](meta::Tx& tx) -> base::Result<std::vector<std::string>> {
              BERTH_TRY(const auto repository, find_repository(tx, ref));
              return tx.lifecycle_records().list(repository.id, LifecycleRecord::kKept);
            }));
  std::vector<LifecycleRecord> records;
  for (const auto& text : texts) {
    BERTH_TRY(auto record, json::decode<LifecycleRecord>(text));
    records.push_back(std::move(record));
  }
  return records;
}

}  // namespace berth::service
