#include "service/lifecycle_service.h"

#include "service/image_ids.h"
#include "service/lifecycle_plan.h"

namespace berth::service {
namespace {

std::string in_repository(const model::RepositoryRef& ref) {
  return " the repository with name '" + ref.name.text() + "' in the registry with id '" + ref.registry.account.text() +
         "'";
}

base::Result<meta::LifecyclePolicyRow> find_policy(meta::Tx& tx, const model::Repository& repository) {
  BERTH_TRY(auto policy, tx.lifecycle_policies().find(repository.id));
  if (policy) return *std::move(policy);
  return base::fail(base::Errc::lifecycle_policy_not_found,
                    "Lifecycle policy does not exist for" + in_repository(repository.ref));
}

// What is asked for by name. Names that are not in the preview, or of no image, have no entry.
base::Result<std::vector<meta::PreviewEntry>> named_entries(meta::Tx& tx, const std::string& repository,
                                                            const std::vector<model::ImageId>& ids) {
  std::vector<meta::PreviewEntry> entries;
  for (const auto& id : ids) {
    BERTH_TRY(const auto resolved, resolve(tx, repository, id));
    const auto* digest = std::get_if<model::Digest>(&resolved);
    if (!digest) continue;
    BERTH_TRY(auto entry, tx.lifecycle_previews().entry(repository, digest->text()));
    if (entry) entries.push_back(*std::move(entry));
  }
  return entries;
}

}  // namespace

base::Result<void> LifecycleService::put(const Scope& scope, const model::RepositoryRef& ref, const std::string& text) {
  BERTH_CHECK(core_.require(scope, auth::Action::put_lifecycle_policy, ref));
  BERTH_CHECK(engine::lifecycle::parse_policy(text));
  const auto due = core_.clock.now() + core_.limits.lifecycle_settle;
  return core_.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<void> {
    BERTH_TRY(const auto repository, find_repository(tx, ref));
    return tx.lifecycle_policies().put(repository.id, text, due);
  });
}

base::Result<meta::LifecyclePolicyRow> LifecycleService::get(const Scope& scope, const model::RepositoryRef& ref) {
  BERTH_CHECK(core_.require(scope, auth::Action::get_lifecycle_policy, ref));
  return core_.store.read(scope.deadline, [&](meta::Tx& tx) -> base::Result<meta::LifecyclePolicyRow> {
    BERTH_TRY(const auto repository, find_repository(tx, ref));
    return find_policy(tx, repository);
  });
}

base::Result<meta::LifecyclePolicyRow> LifecycleService::remove(const Scope& scope, const model::RepositoryRef& ref) {
  BERTH_CHECK(core_.require(scope, auth::Action::delete_lifecycle_policy, ref));
  const auto due = core_.clock.now() + core_.limits.lifecycle_settle;
  return core_.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<meta::LifecyclePolicyRow> {
    BERTH_TRY(const auto repository, find_repository(tx, ref));
    BERTH_TRY(auto policy, find_policy(tx, repository));
    BERTH_CHECK(tx.lifecycle_policies().remove(repository.id, due));
    return policy;
  });
}

base::Result<meta::PreviewRow> LifecycleService::start_preview(const Scope& scope, const model::RepositoryRef& ref,
                                                               std::optional<std::string> text) {
  BERTH_CHECK(core_.require(scope, auth::Action::start_lifecycle_policy_preview, ref));
  if (text) BERTH_CHECK(engine::lifecycle::parse_policy(*text));
  const auto now = core_.clock.now();
  const auto id = core_.new_ulid();
  return core_.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<meta::PreviewRow> {
    BERTH_TRY(const auto repository, find_repository(tx, ref));
    meta::PreviewRow preview{.id = id, .text = text.value_or("")};
    if (!text) {
      BERTH_TRY(auto policy, find_policy(tx, repository));
      preview.text = std::move(policy.text);
    }
    BERTH_TRY(const bool started, tx.lifecycle_previews().start(repository.id, id, preview.text, now));
    if (started) return preview;
    return base::fail(base::Errc::lifecycle_preview_in_progress,
                      "A lifecycle policy preview is in progress for" + in_repository(ref));
  });
}

base::Result<Preview> LifecycleService::preview(const Scope& scope, const model::RepositoryRef& ref,
                                                const PreviewPage& page) {
  BERTH_CHECK(core_.require(scope, auth::Action::get_lifecycle_policy_preview, ref));
  return core_.store.read(scope.deadline, [&](meta::Tx& tx) -> base::Result<Preview> {
    BERTH_TRY(const auto repository, find_repository(tx, ref));
    BERTH_TRY(auto found, tx.lifecycle_previews().find(repository.id));
    if (!found) {
      return base::fail(base::Errc::lifecycle_preview_not_found,
                        "Lifecycle policy preview does not exist for" + in_repository(ref));
    }
    Preview preview{.preview = *std::move(found), .entries = {}};
    if (preview.preview.status != meta::PreviewStatus::complete) return preview;
    auto entries = page.ids.empty()
                       ? tx.lifecycle_previews().entries(repository.id, page.status, page.position, page.limit + 1)
                       : named_entries(tx, repository.id, page.ids);
    if (!entries) return base::propagate(entries);
    preview.entries = *std::move(entries);
    return preview;
  });
}

}  // namespace berth::service
