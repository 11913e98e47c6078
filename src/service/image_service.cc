// Reading images. Writing and deleting them: image_put.cc, image_delete.cc.
#include "service/image_service.h"

#include <algorithm>

#include "service/image_ids.h"
#include "service/image_storage.h"
#include "service/request_keys.h"

namespace berth::service {
namespace {

std::unexpected<base::Error> not_found() {
  return base::fail(base::Errc::image_not_found, "Requested image not found");
}

ImageBytes bytes_of(meta::StoredManifest stored) {
  return {.image = std::move(stored.image), .manifest = std::move(stored.bytes)};
}

base::Result<ImageBytes> handed_out(const model::RepositoryRef& ref, std::optional<meta::StoredManifest> found) {
  if (!found) return not_found();
  if (found->image.status != model::ImageStatus::active) {
    return base::fail(base::Errc::image_not_found, not_active(ref, found->image));
  }
  return bytes_of(*std::move(found));
}

}  // namespace

struct ImageService::Found {
  model::Repository repository;
  ImageBytes content;
};

base::Result<ImageBytes> ImageService::pulled(const Scope& scope, Reading reading, base::Result<Found> found) {
  if (!found) return base::propagate(found);
  if (reading == Reading::pull) {
    base::lasts_until(scope.lasting, pulls_.note(scope.caller, found->repository, found->content.image));
  }
  return std::move(found->content);
}

base::Result<ImageBytes> ImageService::get(const Scope& scope, const model::RepositoryRef& ref,
                                           const model::Digest& digest, Reading reading) {
  BERTH_CHECK(core_.require(scope, auth::Action::batch_get_image, ref, image_key(digest)));
  return pulled(scope, reading, core_.store.read(scope.deadline, [&](meta::Tx& tx) -> base::Result<Found> {
    BERTH_TRY(auto repository, find_repository(tx, ref));
    BERTH_TRY(auto found, tx.images().find(repository.id, digest));
    BERTH_TRY(auto content, handed_out(ref, std::move(found)));
    return Found{.repository = std::move(repository), .content = std::move(content)};
  }));
}

base::Result<ImageBytes> ImageService::get(const Scope& scope, const model::RepositoryRef& ref, const model::Tag& tag,
                                           Reading reading) {
  BERTH_CHECK(core_.require(scope, auth::Action::batch_get_image, ref, image_key(tag)));
  return pulled(scope, reading, core_.store.read(scope.deadline, [&](meta::Tx& tx) -> base::Result<Found> {
    BERTH_TRY(auto repository, find_repository(tx, ref));
    BERTH_TRY(auto found, tx.images().find_by_tag(repository.id, tag.text()));
    BERTH_TRY(auto content, handed_out(ref, std::move(found)));
    return Found{.repository = std::move(repository), .content = std::move(content)};
  }));
}

base::Result<BatchGetResult> ImageService::batch_get(const Scope& scope, const model::RepositoryRef& ref,
                                                     const std::vector<model::ImageId>& ids) {
  BERTH_CHECK(require_images(core_, scope, auth::Action::batch_get_image, ref, ids));
  std::optional<model::Repository> repository;
  BERTH_TRY(auto got, core_.store.read(scope.deadline, [&](meta::Tx& tx) -> base::Result<BatchGetResult> {
    BERTH_TRY(repository, find_repository(tx, ref));
    BatchGetResult result;
    for (const auto& id : ids) {
      BERTH_TRY(auto resolved, resolve(tx, repository->id, id));
      if (auto* failed = std::get_if<FailedImage>(&resolved)) {
        result.failures.push_back(std::move(*failed));
        continue;
      }
      const auto& digest = std::get<model::Digest>(resolved);
      BERTH_TRY(auto found, tx.images().find(repository->id, digest));
      if (!found) return base::fail(base::Errc::corrupt, "a tag points to " + digest.text() + ", which is not there");
      if (found->image.status != model::ImageStatus::active) {
        result.failures.push_back(
            {.id = id, .failure = ImageFailure::inaccessible, .reason = not_active(ref, found->image)});
        continue;
      }
      result.images.push_back({.id = {digest.text(), id.tag}, .content = bytes_of(*std::move(found))});
    }
    return result;
  }));
  for (const auto& image : got.images) pulls_.note(scope.caller, *repository, image.content.image);
  return got;
}

base::Result<std::vector<meta::ListedImage>> ImageService::list(const Scope& scope, const model::RepositoryRef& ref,
                                                                const ImagePage& page) {
  BERTH_CHECK(core_.require(scope, auth::Action::list_images, ref));
  return core_.store.read(scope.deadline, [&](meta::Tx& tx) -> base::Result<std::vector<meta::ListedImage>> {
    BERTH_TRY(const auto repository, find_repository(tx, ref));
    return tx.images().list(repository.id, page.filter, page.after, page.limit + 1);
  });
}

base::Result<std::vector<model::Image>> ImageService::describe(const Scope& scope, const model::RepositoryRef& ref,
                                                               const std::vector<model::ImageId>& ids) {
  BERTH_CHECK(core_.require(scope, auth::Action::describe_images, ref));
  return core_.store.read(scope.deadline, [&](meta::Tx& tx) -> base::Result<std::vector<model::Image>> {
    BERTH_TRY(const auto repository, find_repository(tx, ref));
    std::vector<model::Image> images;
    for (const auto& id : ids) {
      BERTH_TRY(const auto resolved, resolve(tx, repository.id, id));
      const auto* digest = std::get_if<model::Digest>(&resolved);
      if (!digest) return image_not_found(ref, id);
      // One entry an image, however often it is named.
      if (std::ranges::any_of(images, [&](const model::Image& seen) { return seen.digest == *digest; })) continue;
      BERTH_TRY(auto image, tx.images().describe(repository.id, *digest));
      if (!image) return base::fail(base::Errc::corrupt, "a tag points to " + digest->text() + ", which is not there");
      images.push_back(*std::move(image));
    }
    return images;
  });
}

base::Result<std::vector<model::Image>> ImageService::describe_page(const Scope& scope, const model::RepositoryRef& ref,
                                                                    const ImagePage& page) {
  BERTH_CHECK(core_.require(scope, auth::Action::describe_images, ref));
  return core_.store.read(scope.deadline, [&](meta::Tx& tx) -> base::Result<std::vector<model::Image>> {
    BERTH_TRY(const auto repository, find_repository(tx, ref));
    return tx.images().describe_page(repository.id, page.filter, page.after, page.limit + 1);
  });
}

base::Result<std::vector<std::string>> ImageService::tags(const Scope& scope, const model::RepositoryRef& ref,
                                                          const std::string& after, std::size_t limit) {
  BERTH_CHECK(core_.require(scope, auth::Action::list_images, ref));
  return core_.store.read(scope.deadline, [&](meta::Tx& tx) -> base::Result<std::vector<std::string>> {
    BERTH_TRY(const auto repository, find_repository(tx, ref));
    return tx.images().tags(repository.id, after, limit);
  });
}

base::Result<std::vector<model::Image>> ImageService::referrers(const Scope& scope, const model::RepositoryRef& ref,
                                                                const model::Digest& subject,
                                                                const meta::ReferrerPage& page) {
  BERTH_CHECK(core_.require(scope, auth::Action::batch_get_image, ref, image_key(subject)));
  return core_.store.read(scope.deadline, [&](meta::Tx& tx) -> base::Result<std::vector<model::Image>> {
    BERTH_TRY(const auto repository, find_repository(tx, ref));
    return tx.images().referrers(repository.id, subject, page);
  });
}

}  // namespace berth::service
