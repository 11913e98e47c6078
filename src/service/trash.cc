#include "service/trash.h"

#include <algorithm>

namespace berth::service {

base::Result<meta::Lease> keep_deleted(meta::Tx& tx, const Core& core, const std::string& repository,
                                       const model::Digest& digest) {
  auto lease = core.lease();
  if (core.limits.trash.count() == 0) return lease;
  const auto now = core.clock.now();
  const auto until = now + core.limits.trash;
  lease = {.until = std::max(lease.until, until), .enough = std::max(lease.enough, until)};
  BERTH_TRY(auto image, tx.images().find(repository, digest));
  if (!image) return lease;
  BERTH_TRY(auto tags, tx.images().tags_of(repository, digest));
  BERTH_CHECK(tx.deleted_images().put(repository, {.digest = digest,
                                                   .media_type = std::move(image->image.media_type),
                                                   .bytes = std::move(image->bytes),
                                                   .tags = std::move(tags),
                                                   .deleted = now,
                                                   .until = until}));
  return lease;
}

base::Result<std::vector<meta::DeletedImage>> Trash::list(const Scope& scope, const model::RepositoryRef& ref,
                                                          const TrashPage& page) {
  BERTH_CHECK(core_.require(scope, auth::Action::list_images, ref));
  return core_.store.read(scope.deadline, [&](meta::Tx& tx) -> base::Result<std::vector<meta::DeletedImage>> {
    BERTH_TRY(const auto repository, find_repository(tx, ref));
    return tx.deleted_images().page(repository.id, page.after, page.limit);
  });
}

base::Result<Undeleted> Trash::undelete(const Scope& scope, const model::RepositoryRef& ref,
                                        const model::Digest& digest) {
  BERTH_CHECK(core_.require(scope, auth::Action::put_image, ref));
  struct Found {
    std::string repository;
    meta::DeletedImage image;
    std::vector<model::Tag> free;
    std::vector<std::string> taken;
  };
  BERTH_TRY(auto found, core_.store.read(scope.deadline, [&](meta::Tx& tx) -> base::Result<Found> {
    BERTH_TRY(const auto repository, find_repository(tx, ref));
    BERTH_TRY(auto image, tx.deleted_images().find(repository.id, digest));
    if (!image || image->until <= core_.clock.now()) {
      return base::fail(base::Errc::image_not_found, "The image with digest '" + digest.text() +
                                                         "' is not in the trash of the repository with name '" +
                                                         ref.name.text() + "'");
    }
    Found all{.repository = repository.id, .image = *std::move(image), .free = {}, .taken = {}};
    for (const auto& text : all.image.tags) {
      BERTH_TRY(auto tag, model::Tag::parse(text));
      BERTH_TRY(const auto target, tx.images().tag_target(repository.id, text));
      if (target) {
        all.taken.push_back(text);
      } else {
        all.free.push_back(std::move(tag));
      }
    }
    return all;
  }));
  BERTH_TRY(auto put, images_.put(scope, {.repository = ref,
                                          .manifest = std::move(found.image.bytes),
                                          .media_type = std::move(found.image.media_type),
                                          .tags = std::move(found.free),
                                          .expected = digest}));
  BERTH_CHECK(core_.store.write(scope.deadline,
                                [&](meta::Tx& tx) { return tx.deleted_images().remove(found.repository, digest); }));
  return Undeleted{.image = std::move(put.image), .left_out = std::move(found.taken)};
}

}  // namespace berth::service
