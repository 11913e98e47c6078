#include "service/core.h"

#include <array>
#include <utility>

#include "base/ids.h"
#include "service/space.h"

namespace berth::service {
namespace {

// The bytes of layers are admitted as they come (UploadWriter::write); to end an upload, or to give it up, is always
// allowed.
base::Result<void> admit(Space* space, auth::Action action) {
  if (space == nullptr) return {};
  if (action == auth::Action::initiate_layer_upload) return space->admit_layer(0);
  if (action == auth::Action::put_image || action == auth::Action::create_repository) return space->admit_row();
  return {};
}

}  // namespace

base::Result<void> Core::require(const Scope& scope, auth::Action action, const model::RepositoryRef& repository,
                                 policy::Context context) const {
  return require(scope, action, auth::Resource::repository(repository), std::move(context));
}

base::Result<void> Core::require(const Scope& scope, auth::Action action, const model::RegistryRef& registry,
                                 policy::Context context) const {
  return require(scope, action, auth::Resource::registry(registry), std::move(context));
}

base::Result<void> Core::require(const Scope& scope, auth::Action action, const auth::Resource& resource,
                                 policy::Context context) const {
  if (!resource.in_registry || !resource.in_registry->is_public()) {
    BERTH_CHECK(require(scope, auth::name(action), resource, std::move(context)));
    return admit(space, action);
  }
  if (auth::is_pull(action)) return {};
  BERTH_CHECK(require(scope, auth::public_name(action), resource, std::move(context)));
  return admit(space, action);
}

base::Result<void> Core::require(const Scope& scope, std::string_view action, const auth::Resource& resource,
                                 policy::Context context) const {
  return authorizer.require({.caller = scope.caller,
                             .origin = scope.origin,
                             .action = action,
                             .resource = resource,
                             .context = std::move(context),
                             .deadline = scope.deadline,
                             .lasting = scope.lasting});
}

std::string Core::new_ulid() const {
  std::array<std::byte, 10> entropy;
  random.fill(entropy);
  return base::ulid(clock.now(), entropy);
}

meta::Lease Core::lease() const {
  const auto now = clock.now();
  return {.until = now + limits.lease, .enough = now + std::chrono::milliseconds(limits.lease) * 9 / 10};
}

std::unexpected<base::Error> repository_exists(const model::RepositoryRef& ref) {
  return base::fail(base::Errc::repository_exists, "The repository with name '" + ref.name.text() +
                                                       "' already exists in the registry with id '" +
                                                       ref.registry.account.text() + "'");
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
