#include "service/image_storage.h"

#include <utility>
#include <vector>

#include "service/image_ids.h"
#include "service/image_removal.h"
#include "service/image_service.h"
#include "service/request_keys.h"

namespace berth::service {
namespace {

base::Result<bool> standard(meta::Tx& tx, const std::string& repository, const model::Digest& digest) {
  BERTH_TRY(const auto status, tx.image_storage().status(repository, digest));
  return status && *status != model::ImageStatus::archived;
}

std::unexpected<base::Error> not_supported(std::string reason) {
  return base::fail(base::Errc::image_storage_class_unsupported, std::move(reason));
}

}  // namespace

base::Result<Archival> archive_image(meta::Tx& tx, const std::string& repository, const model::Digest& digest,
                                     base::Timestamp now) {
  using Outcome = Archival::Outcome;
  BERTH_TRY(const auto image, tx.images().describe(repository, digest));
  if (!image) return Archival{.outcome = Outcome::absent, .reason = {}};
  if (image->status == model::ImageStatus::archived) return Archival{.outcome = Outcome::unchanged, .reason = {}};
  BERTH_TRY(const auto parents, tx.image_storage().standard_parents(repository, digest, kParentsShown));
  if (!parents.empty()) return Archival{.outcome = Outcome::held_by_list, .reason = referenced_by(parents)};
  if (image->subject) {
    BERTH_TRY(const bool held, standard(tx, repository, *image->subject));
    if (held) {
      return Archival{.outcome = Outcome::held_by_subject,
                      .reason = "Requested image refers to an image that is not archived: " + image->subject->text()};
    }
  }
  BERTH_CHECK(tx.image_storage().archive(repository, digest, now));
  return Archival{};
}

base::Result<void> restore_image(meta::Tx& tx, const std::string& repository, const model::Digest& digest,
                                 base::Timestamp now) {
  std::vector<model::Digest> todo = {digest};
  while (!todo.empty()) {
    const auto next = std::move(todo.back());
    todo.pop_back();
    BERTH_CHECK(tx.image_storage().restore(repository, next, now));
    BERTH_TRY(auto members, tx.image_storage().archived_members(repository, next));
    todo.insert(todo.end(), members.begin(), members.end());
  }
  return {};
}

std::string not_active(const model::RepositoryRef& ref, const model::Image& image) {
  if (image.status == model::ImageStatus::activating) {
    return "Requested image not found: the image with digest '" + image.digest.text() +
           "' is being restored from the archive; try again in a few minutes";
  }
  return "Requested image not found: the image with digest '" + image.digest.text() +
         "' is archived. Push it again, or restore it: aws ecr update-image-storage-class --repository-name " +
         ref.name.text() + " --image-id imageDigest=" + image.digest.text() + " --target-storage-class STANDARD";
}

base::Result<StorageClassUpdate> ImageService::update_storage_class(const Scope& scope, const model::RepositoryRef& ref,
                                                                    const model::ImageId& id,
                                                                    model::StorageClass target) {
  BERTH_CHECK(require_images(core_, scope, auth::Action::update_image_storage_class, ref, std::span(&id, 1)));
  const auto now = core_.clock.now();
  return core_.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<StorageClassUpdate> {
    BERTH_TRY(const auto repository, find_repository(tx, ref));
    BERTH_TRY(const auto digest, resolve_or_fail(tx, repository, id));
    BERTH_TRY(const auto before, tx.images().describe(repository.id, digest));
    if (!before) return base::fail(base::Errc::corrupt, "a tag points to " + digest.text() + ", which is not there");
    if (target == model::StorageClass::archive) {
      BERTH_TRY(auto archival, archive_image(tx, repository.id, digest, now));
      if (!archival.reason.empty()) return not_supported(std::move(archival.reason));
    } else if (before->status == model::ImageStatus::archived) {
      if (before->subject) {
        BERTH_TRY(const auto subject, tx.image_storage().status(repository.id, *before->subject));
        if (subject == model::ImageStatus::archived) {
          return not_supported("Requested image refers to an image that is archived: " + before->subject->text());
        }
      }
      BERTH_CHECK(restore_image(tx, repository.id, digest, now));
    }
    BERTH_TRY(const auto status, tx.image_storage().status(repository.id, digest));
    if (status != before->status) BERTH_CHECK(images_changed(tx, core_, repository.id));
    return StorageClassUpdate{.id = {digest.text(), id.tag}, .status = *status};
  });
}

}  // namespace berth::service
