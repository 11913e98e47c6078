#include "service/repository_creation.h"

#include <algorithm>
#include <utility>

#include "service/quotas.h"
#include "service/request_keys.h"
#include "service/service_role.h"

namespace berth::service {
namespace {

NewRepository by_defaults(const Core& core, const model::RepositoryRef& ref) {
  return {
      .repository = {.id = core.new_ulid(), .ref = ref, .created = core.clock.now(), .mutability = {}, .kms_key = {}}};
}

NewRepository by_template(const Core& core, const model::RepositoryRef& ref, model::CreationTemplate from) {
  auto made = by_defaults(core, ref);
  made.repository.mutability = std::move(from.mutability);
  made.repository.encryption_type = std::move(from.encryption_type);
  made.repository.kms_key = std::move(from.kms_key);
  made.tags = std::move(from.tags);
  made.policy = std::move(from.repository_policy);
  made.lifecycle_policy = std::move(from.lifecycle_policy);
  return made;
}

base::Result<std::optional<model::CreationTemplate>> find_template(meta::Tx& tx, const model::RepositoryRef& ref,
                                                                   model::AppliedFor occasion) {
  for (const auto& key : model::template_keys(ref.name)) {
    BERTH_TRY(auto found, tx.creation_templates().find(ref.registry, key));
    if (found && std::ranges::count(found->applied_for, occasion) != 0) return found;
  }
  return std::nullopt;
}

// The role by which ECR makes the repository may do so. Its own, which it has without a custom one, may create
// repositories and nothing else.
base::Result<void> require_role(const Core& core, const Scope& scope, const model::RepositoryRef& ref,
                                const model::CreationTemplate& by) {
  if (!by.custom_role) {
    const bool kms = by.encryption_type != model::kAes256;
    if (by.tags.empty() && !kms) return {};
    return base::fail(base::Errc::access_denied,
                      "The repository with name '" + ref.name.text() +
                          "' cannot be created by the repository creation template with prefix '" + by.prefix.text() +
                          "': its " + (kms ? "encryption with KMS needs" : "resource tags need") + " a customRoleArn");
  }
  BERTH_TRY(const auto role, as_role(core, scope, ref.registry, *by.custom_role));
  const auto keys = tag_keys(by.tags);
  BERTH_CHECK(core.require(role, auth::Action::create_repository, ref, keys));
  if (!by.tags.empty()) BERTH_CHECK(core.require(role, auth::Action::tag_resource, ref, keys));
  return {};
}

}  // namespace

base::Result<void> put_resource_tags(meta::Tx& tx, const std::string& repository,
                                     const std::vector<model::ResourceTag>& tags) {
  for (const auto& tag : tags) BERTH_CHECK(tx.repositories().put_tag(repository, tag));
  BERTH_TRY(const auto now_there, tx.repositories().tags(repository));
  if (now_there.size() > model::kMaxResourceTags) {
    return base::fail(base::Errc::too_many_tags, "The resource would have " + std::to_string(now_there.size()) +
                                                     " tags; at most " + std::to_string(model::kMaxResourceTags) +
                                                     " are allowed");
  }
  return {};
}

base::Result<bool> make_repository(meta::Tx& tx, const Core& core, const NewRepository& wanted) {
  const auto& id = wanted.repository.id;
  BERTH_TRY(const bool created, tx.repositories().create(wanted.repository));
  if (!created) return false;
  BERTH_CHECK(check_repository_quota(tx, core.limits, wanted.repository.ref.registry));
  if (!wanted.tags.empty()) BERTH_CHECK(put_resource_tags(tx, id, wanted.tags));
  if (wanted.policy) BERTH_CHECK(tx.policies().put(id, *wanted.policy));
  if (wanted.lifecycle_policy) {
    const auto due = wanted.repository.created + core.limits.lifecycle_settle;
    BERTH_CHECK(tx.lifecycle_policies().put(id, *wanted.lifecycle_policy, due));
  }
  return true;
}

base::Result<std::optional<NewRepository>> creation_for(const Core& core, const Scope& scope,
                                                        const model::RepositoryRef& ref, model::AppliedFor occasion) {
  if (ref.registry.is_public()) return std::nullopt;  // ECR Public has no templates
  BERTH_TRY(auto found,
            core.store.read(scope.deadline, [&](meta::Tx& tx) { return find_template(tx, ref, occasion); }));
  if (found) {
    BERTH_CHECK(require_role(core, scope, ref, *found));
    return by_template(core, ref, *std::move(found));
  }
  switch (occasion) {
    case model::AppliedFor::replication:
    case model::AppliedFor::pull_through_cache: break;
    case model::AppliedFor::create_on_push:
      if (!core.limits.create_on_push) return std::nullopt;
      BERTH_CHECK(core.require(scope, auth::Action::create_repository, ref));
      break;
  }
  return by_defaults(core, ref);
}

base::Result<model::Repository> find_or_make(meta::Tx& tx, const Core& core, const model::RepositoryRef& ref,
                                             const NewRepository* creation) {
  if (creation == nullptr) return find_repository(tx, ref);
  BERTH_TRY(auto there, tx.repositories().find(ref));
  if (there) return *std::move(there);
  BERTH_TRY(const bool made, make_repository(tx, core, *creation));
  if (made) return creation->repository;
  return find_repository(tx, ref);
}

}  // namespace berth::service
