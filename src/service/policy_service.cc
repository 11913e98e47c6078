#include "service/policy_service.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace berth::service {
namespace {

bool of_scope_v1(std::string_view action) {
  const auto lower = base::to_lower(action);
  return lower == "ecr:*" || std::ranges::any_of(auth::kRegistryPolicyV1, [&](auth::Action each) {
           return lower == base::to_lower(auth::name(each));
         });
}

policy::Kind kind_of(const model::RepositoryRef& ref) {
  return ref.registry.is_public() ? policy::Kind::public_repository : policy::Kind::repository;
}

std::unexpected<base::Error> no_policy(const model::RepositoryRef& ref) {
  return base::fail(base::Errc::repository_policy_not_found,
                    "Repository policy does not exist for the repository with name '" + ref.name.text() +
                        "' in the registry with id '" + ref.registry.account.text() + "'");
}

std::unexpected<base::Error> no_policy(const model::RegistryRef& registry) {
  return base::fail(base::Errc::registry_policy_not_found,
                    "Registry policy does not exist in the registry with id '" + registry.account.text() + "'");
}

}  // namespace

base::Result<std::string> PolicyService::set_repository(const Scope& scope, const model::RepositoryRef& ref,
                                                        std::string_view text, Force force) {
  BERTH_CHECK(core_.require(scope, auth::Action::set_repository_policy, ref));
  BERTH_TRY(const auto given, parse_policy(text, kind_of(ref)));
  BERTH_TRY(const auto stored, store_policy(core_, scope, *given));
  if (force == Force::no) {
    auto after = auth::Resource::repository(ref);
    after.policy = stored;
    const auto next = core_.require(scope, auth::Action::set_repository_policy, after);
    if (!next && next.error().code == base::Errc::access_denied) {
      return refuse_policy(
          kind_of(ref),
          "it would keep the caller from setting another policy in the future; use force to set it all the same");
    }
    if (!next) return std::unexpected(next.error());
  }
  BERTH_CHECK(core_.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<void> {
    BERTH_TRY(const auto repository, find_repository(tx, ref));
    return tx.policies().put(repository.id, stored->print());
  }));
  return given->print();
}

base::Result<std::string> PolicyService::repository(const Scope& scope, const model::RepositoryRef& ref) {
  BERTH_CHECK(core_.require(scope, auth::Action::get_repository_policy, ref));
  return core_.store.read(scope.deadline, [&](meta::Tx& tx) -> base::Result<std::string> {
    BERTH_TRY(const auto repository, find_repository(tx, ref));
    BERTH_TRY(const auto stored, tx.policies().find(repository.id));
    if (!stored) return no_policy(ref);
    return show_policy(tx, *stored, kind_of(ref));
  });
}

base::Result<std::string> PolicyService::remove_repository(const Scope& scope, const model::RepositoryRef& ref) {
  BERTH_CHECK(core_.require(scope, auth::Action::delete_repository_policy, ref));
  return core_.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<std::string> {
    BERTH_TRY(const auto repository, find_repository(tx, ref));
    BERTH_TRY(const auto stored, tx.policies().find(repository.id));
    if (!stored) return no_policy(ref);
    BERTH_TRY(auto shown, show_policy(tx, *stored, kind_of(ref)));
    BERTH_CHECK(tx.policies().remove(repository.id));
    return shown;
  });
}

base::Result<std::string> PolicyService::put_registry(const Scope& scope, const model::RegistryRef& registry,
                                                      std::string_view text) {
  BERTH_CHECK(core_.require(scope, auth::Action::put_registry_policy, registry));
  BERTH_TRY(const auto given, parse_policy(text, policy::Kind::registry));
  BERTH_TRY(const auto scope_value, core_.store.read(scope.deadline, [&](meta::Tx& tx) {
    return value_of(tx, registry, model::kRegistryPolicyScope);
  }));
  if (scope_value == "V1") {
    for (const auto& action : given->actions()) {
      if (!of_scope_v1(action)) {
        return refuse_policy(policy::Kind::registry,
                             action +
                                 " is not one of the actions of REGISTRY_POLICY_SCOPE V1: ecr:ReplicateImage, "
                                 "ecr:BatchImportUpstreamImage, ecr:CreateRepository");
      }
    }
  }
  BERTH_TRY(const auto stored, store_policy(core_, scope, *given));
  BERTH_CHECK(
      core_.store.write(scope.deadline, [&](meta::Tx& tx) { return tx.policies().put(registry, stored->print()); }));
  return given->print();
}

base::Result<std::string> PolicyService::registry(const Scope& scope, const model::RegistryRef& registry) {
  BERTH_CHECK(core_.require(scope, auth::Action::get_registry_policy, registry));
  return core_.store.read(scope.deadline, [&](meta::Tx& tx) -> base::Result<std::string> {
    BERTH_TRY(const auto stored, tx.policies().find(registry));
    if (!stored) return no_policy(registry);
    return show_policy(tx, *stored, policy::Kind::registry);
  });
}

base::Result<std::string> PolicyService::remove_registry(const Scope& scope, const model::RegistryRef& registry) {
  BERTH_CHECK(core_.require(scope, auth::Action::delete_registry_policy, registry));
  return core_.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<std::string> {
    BERTH_TRY(const auto stored, tx.policies().find(registry));
    if (!stored) return no_policy(registry);
    BERTH_TRY(auto shown, show_policy(tx, *stored, policy::Kind::registry));
    BERTH_CHECK(tx.policies().remove(registry));
    return shown;
  });
}

}  // namespace berth::service
