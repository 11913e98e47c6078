#include "service/repository_service.h"

#include "service/repository_creation.h"
#include "service/request_keys.h"

namespace berth::service {
base::Result<model::Repository> RepositoryService::create(const Scope& scope, const CreateRepository& command) {
  const auto& ref = command.repository;
  const auto keys = tag_keys(command.tags);
  BERTH_CHECK(core_.require(scope, auth::Action::create_repository, ref, keys));
  if (!command.tags.empty()) BERTH_CHECK(core_.require(scope, auth::Action::tag_resource, ref, keys));
  BERTH_CHECK(model::check_resource_tags(command.tags));

  const NewRepository wanted{.repository = {.id = core_.new_ulid(),
                                            .ref = ref,
                                            .created = core_.clock.now(),
                                            .mutability = command.mutability,
                                            .scan_on_push = command.scan_on_push,
                                            .encryption_type = command.encryption_type,
                                            .kms_key = command.kms_key},
                             .tags = command.tags};
  return core_.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<model::Repository> {
    BERTH_TRY(const bool created, make_repository(tx, core_, wanted));
    if (!created) return repository_exists(ref);
    if (command.catalog) {
      BERTH_CHECK(tx.public_registries().put_catalog(wanted.repository.id, *command.catalog));
    }
    return wanted.repository;
  });
}

base::Result<std::vector<model::Repository>> RepositoryService::describe(
    const Scope& scope, const model::RegistryRef& registry, const std::vector<model::RepositoryName>& names) {
  for (const auto& name : names) {
    BERTH_CHECK(core_.require(scope, auth::Action::describe_repositories, {registry, name}));
  }
  return core_.store.read(scope.deadline, [&](meta::Tx& tx) -> base::Result<std::vector<model::Repository>> {
    std::vector<model::Repository> found;
    found.reserve(names.size());
    for (const auto& name : names) {
      BERTH_TRY(auto repository, find_repository(tx, {registry, name}));
      found.push_back(std::move(repository));
    }
    return found;
  });
}

base::Result<std::vector<model::Repository>> RepositoryService::list(const Scope& scope,
                                                                     const model::RegistryRef& registry,
                                                                     const RepositoryPage& page) {
  BERTH_CHECK(core_.require(scope, auth::Action::describe_repositories, auth::Resource::all_repositories(registry)));
  return core_.store.read(scope.deadline,
                          [&](meta::Tx& tx) { return tx.repositories().list(registry, page.after, page.limit + 1); });
}

base::Result<model::Repository> RepositoryService::remove(const Scope& scope, const model::RepositoryRef& ref,
                                                          Force force) {
  BERTH_CHECK(core_.require(scope, auth::Action::delete_repository, ref));
  return core_.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<model::Repository> {
    BERTH_TRY(auto repository, find_repository(tx, ref));
    if (repository.deletion_protected) {
      return base::fail_parameter("repositoryName", "The repository with name '" + ref.name.text() +
                                                        "' in registry with id '" + ref.registry.account.text() +
                                                        "' is protected from deletion");
    }
    if (force == Force::no) {
      BERTH_TRY(const bool occupied, tx.images().any(repository.id));
      if (occupied) {
        return base::fail(base::Errc::repository_not_empty,
                          "The repository with name '" + ref.name.text() + "' in registry with id '" +
                              ref.registry.account.text() + "' cannot be deleted because it still contains images");
      }
    }
    BERTH_CHECK(tx.repositories().remove(repository.id));
    return repository;
  });
}

base::Result<model::Repository> RepositoryService::put_tag_mutability(const Scope& scope,
                                                                      const model::RepositoryRef& ref,
                                                                      const model::TagMutability& mutability) {
  BERTH_CHECK(core_.require(scope, auth::Action::put_image_tag_mutability, ref));
  return core_.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<model::Repository> {
    BERTH_TRY(auto repository, find_repository(tx, ref));
    BERTH_CHECK(tx.repositories().set_mutability(repository.id, mutability));
    repository.mutability = mutability;
    return repository;
  });
}

base::Result<model::Repository> RepositoryService::put_scan_on_push(const Scope& scope, const model::RepositoryRef& ref,
                                                                    bool scan_on_push) {
  BERTH_CHECK(core_.require(scope, auth::Action::put_image_scanning_configuration, ref));
  return core_.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<model::Repository> {
    BERTH_TRY(auto repository, find_repository(tx, ref));
    BERTH_CHECK(tx.repositories().set_scan_on_push(repository.id, scan_on_push));
    repository.scan_on_push = scan_on_push;
    return repository;
  });
}

base::Result<void> RepositoryService::tag(const Scope& scope, const model::RepositoryRef& ref,
                                          const std::vector<model::ResourceTag>& tags) {
  BERTH_CHECK(core_.require(scope, auth::Action::tag_resource, ref, tag_keys(tags)));
  BERTH_CHECK(model::check_resource_tags(tags));
  return core_.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<void> {
    BERTH_TRY(const auto repository, find_repository(tx, ref));
    return put_resource_tags(tx, repository.id, tags);
  });
}

base::Result<void> RepositoryService::untag(const Scope& scope, const model::RepositoryRef& ref,
                                            const std::vector<std::string>& keys) {
  BERTH_CHECK(core_.require(scope, auth::Action::untag_resource, ref, tag_keys(keys)));
  BERTH_CHECK(model::check_resource_tag_keys(keys));
  return core_.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<void> {
    BERTH_TRY(const auto repository, find_repository(tx, ref));
    for (const auto& key : keys) BERTH_CHECK(tx.repositories().remove_tag(repository.id, key));
    return {};
  });
}

base::Result<std::vector<model::ResourceTag>> RepositoryService::tags(const Scope& scope,
                                                                      const model::RepositoryRef& ref) {
  BERTH_CHECK(core_.require(scope, auth::Action::list_tags_for_resource, ref));
  return core_.store.read(scope.deadline, [&](meta::Tx& tx) -> base::Result<std::vector<model::ResourceTag>> {
    BERTH_TRY(const auto repository, find_repository(tx, ref));
    return tx.repositories().tags(repository.id);
  });
}

}  // namespace berth::service
