// Deleting images and tags. BatchDeleteImage and the OCI door's DELETE differ in what the last tag means.
#include "service/image_ids.h"
#include "service/image_removal.h"
#include "service/image_service.h"
#include "service/request_keys.h"

namespace berth::service {
namespace {

// Deletes what one id of BatchDeleteImage names; adds to `result`.
base::Result<void> delete_one(meta::Tx& tx, const Core& core, const std::string& repository, const model::ImageId& id,
                              BatchDeleteResult& result) {
  BERTH_TRY(auto resolved, resolve(tx, repository, id));
  if (auto* failed = std::get_if<FailedImage>(&resolved)) {
    result.failures.push_back(std::move(*failed));
    return {};
  }
  const auto& digest = std::get<model::Digest>(resolved);
  BERTH_TRY(const auto tags, tx.images().tags_of(repository, digest));
  if (id.tag && tags.size() > 1) {
    // The image stays because it has another tag; who takes that one away at the same time must be met.
    BERTH_CHECK(tx.images().hold_tag(repository, tags.front() == *id.tag ? tags.back() : tags.front()));
    BERTH_CHECK(tx.images().remove_tag(repository, *id.tag));
    result.deleted.push_back({digest.text(), id.tag});
    return {};
  }
  BERTH_TRY(auto removal, remove_image(tx, core, repository, digest));
  if (removal.outcome == Removal::Outcome::referenced) {
    result.failures.push_back(
        {.id = id, .failure = ImageFailure::referenced_by_manifest_list, .reason = std::move(removal.reason)});
    return {};
  }
  if (tags.empty()) result.deleted.push_back({digest.text(), std::nullopt});
  for (const auto& tag : tags) result.deleted.push_back({digest.text(), tag});
  return {};
}

}  // namespace

base::Result<BatchDeleteResult> ImageService::batch_delete(const Scope& scope, const model::RepositoryRef& ref,
                                                           const std::vector<model::ImageId>& ids) {
  BERTH_CHECK(require_images(core_, scope, auth::Action::batch_delete_image, ref, ids));
  return core_.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<BatchDeleteResult> {
    BERTH_TRY(const auto repository, find_repository(tx, ref));
    BatchDeleteResult result;
    auto todo = ids;
    // A list and its members may be named in any order: what a list held is tried again once something is gone.
    for (;;) {
      const auto deleted_before = result.deleted.size();
      for (const auto& id : todo) BERTH_CHECK(delete_one(tx, core_, repository.id, id, result));
      todo.clear();
      if (result.deleted.size() == deleted_before) break;
      std::erase_if(result.failures, [&](const FailedImage& failed) {
        if (failed.failure != ImageFailure::referenced_by_manifest_list) return false;
        todo.push_back(failed.id);
        return true;
      });
      if (todo.empty()) break;
    }
    if (!result.deleted.empty()) BERTH_CHECK(images_changed(tx, core_, repository.id));
    return result;
  });
}

base::Result<void> ImageService::remove(const Scope& scope, const model::RepositoryRef& ref,
                                        const model::Digest& digest) {
  BERTH_CHECK(core_.require(scope, auth::Action::batch_delete_image, ref, image_key(digest)));
  return core_.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<void> {
    BERTH_TRY(const auto repository, find_repository(tx, ref));
    BERTH_TRY(auto removal, remove_image(tx, core_, repository.id, digest));
    BERTH_CHECK(images_changed(tx, core_, repository.id));
    switch (removal.outcome) {
      case Removal::Outcome::removed: return {};
      case Removal::Outcome::absent: return base::fail(base::Errc::image_not_found, "Requested image not found");
      case Removal::Outcome::referenced: return base::fail(base::Errc::image_referenced, std::move(removal.reason));
    }
    std::unreachable();
  });
}

base::Result<void> ImageService::remove(const Scope& scope, const model::RepositoryRef& ref, const model::Tag& tag) {
  BERTH_CHECK(core_.require(scope, auth::Action::batch_delete_image, ref, image_key(tag)));
  return core_.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<void> {
    BERTH_TRY(const auto repository, find_repository(tx, ref));
    BERTH_TRY(const bool removed, tx.images().remove_tag(repository.id, tag.text()));
    if (!removed) return base::fail(base::Errc::image_not_found, "Requested image not found");
    return images_changed(tx, core_, repository.id);
  });
}

}  // namespace berth::service
