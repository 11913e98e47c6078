#include "service/core.h"

#include <array>

#include "base/ids.h"

namespace berth::service {

base::Result<void> Core::require(const Scope& scope, auth::Action action,
                                 const model::RepositoryRef& repository) const {
  return authorizer.require(scope.caller, action, auth::Resource::repository(repository));
}

base::Result<void> Core::require(const Scope& scope, auth::Action action, const model::RegistryRef& registry) const {
  return authorizer.require(scope.caller, action, auth::Resource::registry(registry));
}

std::string Core::new_ulid() const {
  std::array<std::byte, 10> entropy;
  random.fill(entropy);
  return base::ulid(clock.now(), entropy);
}

base::Result<model::Repository> find_repository(meta::Tx& tx, const model::RepositoryRef& ref) {
  BERTH_TRY(auto found, tx.repositories().find(ref));
  if (!found) {
    return base::fail(base::Errc::repository_not_found, "The repository with name '" + ref.name.text() +
                                                            "' does not exist in the registry with id '" +
                                                            ref.registry.account.text() + "'");
  }
  return *std::move(found);
}

}  // namespace berth::service
