// What ECR does not have: renaming, protecting and deleting whole trees of repositories.
#include <utility>

#include "service/repository_service.h"
#include "service/request_keys.h"

namespace berth::service {
namespace {

using Tags = std::vector<model::ResourceTag>;

// Rights of their own, so that who may delete cannot take the protection away.
constexpr std::string_view kProtect = "berth:ProtectRepository";
constexpr std::string_view kUnprotect = "berth:UnprotectRepository";

// How many names an error tells.
constexpr std::size_t kNamesTold = 10;

base::Result<void> none_protected(meta::Tx& tx, const model::RegistryRef& registry, const std::string& prefix) {
  BERTH_TRY(const auto names, tx.repositories().protected_below(registry, prefix, kNamesTold));
  if (names.empty()) return {};
  std::string text = "Repositories are protected from deletion: [";
  for (std::size_t i = 0; i < names.size(); ++i) text += (i == 0 ? "" : ", ") + names[i];
  return base::fail_parameter("prefix", text + "]");
}

// What keeps one repository and not the others.
bool of_one(const base::Error& error) {
  return error.code == base::Errc::repository_not_empty || error.code == base::Errc::access_denied ||
         error.code == base::Errc::invalid_parameter;
}

}  // namespace

base::Result<model::Repository> RepositoryService::rename(const Scope& scope, const model::RepositoryRef& ref,
                                                          const model::RepositoryName& name) {
  BERTH_CHECK(core_.require(scope, auth::Action::delete_repository, ref));
  const model::RepositoryRef target{ref.registry, name};
  BERTH_TRY(const auto tags, core_.store.read(scope.deadline, [&](meta::Tx& tx) -> base::Result<Tags> {
    BERTH_TRY(const auto found, tx.repositories().find(ref));
    if (!found) return Tags();
    return tx.repositories().tags(found->id);
  }));
  const auto keys = tag_keys(tags);
  BERTH_CHECK(core_.require(scope, auth::Action::create_repository, target, keys));
  if (!tags.empty()) BERTH_CHECK(core_.require(scope, auth::Action::tag_resource, target, keys));
  return core_.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<model::Repository> {
    BERTH_TRY(auto repository, find_repository(tx, ref));
    BERTH_TRY(const auto tags_now, tx.repositories().tags(repository.id));
    if (tags_now != tags) {
      return base::fail(base::Errc::conflict, "The repository's tags changed while it was to be renamed");
    }
    BERTH_TRY(const bool renamed, tx.repositories().rename(repository.id, name));
    if (!renamed) return repository_exists(target);
    repository.ref = target;
    return repository;
  });
}

base::Result<model::Repository> RepositoryService::set_deletion_protection(const Scope& scope,
                                                                           const model::RepositoryRef& ref,
                                                                           DeletionProtection protection) {
  const bool on = protection == DeletionProtection::on;
  BERTH_CHECK(core_.require(scope, on ? kProtect : kUnprotect, auth::Resource::repository(ref)));
  return core_.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<model::Repository> {
    BERTH_TRY(auto repository, find_repository(tx, ref));
    BERTH_CHECK(tx.repositories().set_deletion_protected(repository.id, on));
    repository.deletion_protected = on;
    return repository;
  });
}

base::Result<std::vector<RepositoryUsage>> RepositoryService::usage(const Scope& scope,
                                                                    const model::RegistryRef& registry,
                                                                    const std::string& prefix,
                                                                    const RepositoryPage& page) {
  BERTH_CHECK(core_.require(scope, auth::name(auth::Action::describe_repositories),
                            auth::Resource::all_repositories(registry)));
  return core_.store.read(scope.deadline, [&](meta::Tx& tx) -> base::Result<std::vector<RepositoryUsage>> {
    auto found = prefix.empty() ? tx.repositories().list(registry, page.after, page.limit + 1)
                                : tx.repositories().list_below(registry, prefix, page.after, page.limit + 1);
    if (!found) return base::propagate(found);
    std::vector<RepositoryUsage> usage;
    usage.reserve(found->size());
    for (auto& repository : *found) {
      BERTH_TRY(const auto images, tx.images().count(repository.id));
      usage.push_back({.repository = std::move(repository), .images = images});
    }
    return usage;
  });
}

base::Result<RemovedBelow> RepositoryService::remove_below(const Scope& scope, const model::RegistryRef& registry,
                                                           const RemoveBelow& command) {
  BERTH_CHECK(core_.require(scope, auth::name(auth::Action::describe_repositories),
                            auth::Resource::all_repositories(registry)));
  using Found = std::vector<model::Repository>;
  BERTH_TRY(const auto found, core_.store.read(scope.deadline, [&](meta::Tx& tx) -> base::Result<Found> {
    BERTH_CHECK(none_protected(tx, registry, command.prefix));
    return tx.repositories().list_below(registry, command.prefix, command.after, command.limit);
  }));
  RemovedBelow out;
  for (const auto& repository : found) {
    auto removed = remove(scope, repository.ref, command.force);
    if (removed) {
      out.removed.push_back(*std::move(removed));
    } else if (of_one(removed.error())) {
      out.failures.push_back({.repository = repository.ref.name, .error = std::move(removed).error()});
    } else if (removed.error().code != base::Errc::repository_not_found) {
      return base::propagate(removed);
    }
  }
  if (found.size() == command.limit) out.next = found.back().ref.name.text();
  return out;
}

}  // namespace berth::service
