// PutImage: the one transaction that makes an image.
#include <algorithm>

#include "blob/digests.h"
#include "service/image_removal.h"
#include "service/image_service.h"
#include "service/image_storage.h"
#include "service/quotas.h"
#include "service/repository_creation.h"
#include "service/request_keys.h"

namespace berth::service {
namespace {

base::Result<void> check_embedded(const model::Manifest& manifest) {
  for (const auto* descriptor : manifest.embedded()) {
    if (blob::digest_of(base::as_bytes(*descriptor->data), descriptor->digest.algorithm()) != descriptor->digest) {
      return base::fail(base::Errc::manifest_invalid,
                        "The data of descriptor '" + descriptor->digest.text() + "' does not match its digest");
    }
  }
  return {};
}

// "Layers with digests '[a, b]' required for pushing image into repository with name 'R' in the registry with id 'A' do
// not exist"
std::string missing_message(std::string_view what, const std::vector<std::string>& digests,
                            const model::RepositoryRef& ref) {
  std::string text = std::string(what) + " with digests '[";
  for (std::size_t i = 0; i < digests.size(); ++i) text += (i == 0 ? "" : ", ") + digests[i];
  return text + "]' required for pushing image into repository with name '" + ref.name.text() +
         "' in the registry with id '" + ref.registry.account.text() + "' do not exist";
}

// The parts that the manifest names must be in this repository, as it names them.
base::Result<void> check_layers(meta::Tx& tx, const model::Repository& repository, const model::Manifest& manifest,
                                bool sparse) {
  std::vector<std::string> missing;
  for (const auto* descriptor : manifest.required_blobs()) {
    BERTH_TRY(const auto layer, tx.layers().find(repository.id, descriptor->digest));
    if (!layer || layer->blob.damaged) {
      missing.push_back(descriptor->digest.text());
    } else if (layer->blob.size != descriptor->size) {
      return base::fail(base::Errc::manifest_invalid, "The layer with digest '" + descriptor->digest.text() + "' has " +
                                                          std::to_string(layer->blob.size) + " bytes, not " +
                                                          std::to_string(descriptor->size));
    }
  }
  if (missing.empty() || sparse) return {};
  return base::fail(base::Errc::layers_not_found, missing_message("Layers", missing, repository.ref));
}

// The size of a list is its largest member's.
base::Result<std::uint64_t> check_children(meta::Tx& tx, const model::Repository& repository,
                                           const model::Manifest& manifest, bool sparse) {
  std::uint64_t largest = 0;
  std::vector<std::string> missing;
  for (const auto& child : manifest.children) {
    BERTH_TRY(const auto image, tx.images().describe(repository.id, child.digest));
    if (image) {
      largest = std::max(largest, image->image_size);
    } else {
      missing.push_back(child.digest.text());
    }
  }
  if (missing.empty() || sparse) return largest;
  return base::fail(base::Errc::referenced_images_not_found, missing_message("Images", missing, repository.ref));
}

meta::NewManifest new_manifest(const model::Manifest& manifest, const model::Digest& digest, const std::string& bytes,
                               base::Timestamp now) {
  meta::NewManifest made{.image = {.digest = digest,
                                   .media_type = manifest.media_type,
                                   .manifest_size = bytes.size(),
                                   .image_size = manifest.total_size(),
                                   .annotations = manifest.annotations,
                                   .pushed = now},
                         .bytes = bytes};
  if (!manifest.artifact_media_type().empty()) made.image.artifact_type = manifest.artifact_media_type();
  if (manifest.subject) made.image.subject = manifest.subject->digest;
  for (const auto* blob : manifest.required_blobs()) {
    made.blobs.push_back({.digest = blob->digest, .media_type = blob->media_type, .size = blob->size});
  }
  for (const auto& child : manifest.children) made.children.push_back(child.digest);
  return made;
}

// Points the tags at the image; true if one of them was new or moved.
base::Result<bool> put_tags(meta::Tx& tx, const Limits& limits, const model::Repository& repository,
                            const model::Digest& digest, const std::vector<model::Tag>& tags, base::Timestamp now) {
  bool changed = false;
  for (const auto& tag : tags) {
    BERTH_TRY(const auto target, tx.images().tag_target(repository.id, tag.text()));
    if (target && *target == digest) continue;
    if (target && repository.mutability.immutable(tag)) {
      return base::fail(base::Errc::tag_immutable,
                        "The image tag '" + tag.text() + "' already exists in the '" + repository.ref.name.text() +
                            "' repository and cannot be overwritten because the tag is immutable.");
    }
    BERTH_CHECK(tx.images().put_tag(repository.id, tag.text(), digest, now));
    changed = true;
  }
  if (changed) BERTH_CHECK(check_tag_quota(tx, limits, repository, digest));
  return changed;
}

}  // namespace

base::Result<PutImageResult> ImageService::put(const Scope& scope, const PutImage& command) {
  const auto digest =
      blob::digest_of(base::as_bytes(command.manifest),
                      command.expected ? command.expected->algorithm() : model::DigestAlgorithm::sha256);
  BERTH_CHECK(require_tags(core_, scope, auth::Action::put_image, command.repository, digest, command.tags));
  BERTH_TRY(const auto manifest, model::Manifest::parse(command.manifest, command.media_type));
  if (command.expected && *command.expected != digest) {
    return base::fail(base::Errc::image_digest_mismatch, "The digest '" + command.expected->text() +
                                                             "' does not match the manifest's, which is '" +
                                                             digest.text() + "'");
  }
  BERTH_CHECK(check_embedded(manifest));
  const auto now = core_.clock.now();
  const auto made = new_manifest(manifest, digest, command.manifest, now);
  const bool sparse = core_.limits.sparse_manifests;

  const auto write = [&](meta::Tx& tx, const NewRepository* creation) -> base::Result<PutImageResult> {
    BERTH_TRY(const auto repository, find_or_make(tx, core_, command.repository, creation));
    BERTH_TRY(const auto before, tx.image_storage().status(repository.id, digest));
    const bool restores = before && *before != model::ImageStatus::active;
    if (!before) {
      auto fresh = made;
      BERTH_CHECK(check_layers(tx, repository, manifest, sparse));
      BERTH_TRY(const auto largest_child, check_children(tx, repository, manifest, sparse));
      if (manifest.is_index()) fresh.image.image_size = largest_child;
      BERTH_CHECK(tx.images().put(repository.id, fresh));
      BERTH_CHECK(tx.image_storage().await_bytes(repository.id, digest, now));
      BERTH_CHECK(check_image_quota(tx, core_.limits, repository));
    }
    // What a push shows to be in use comes back: the image, and what a list holds.
    if (restores || manifest.is_index()) BERTH_CHECK(restore_image(tx, repository.id, digest, now));
    BERTH_TRY(const bool tagged, put_tags(tx, core_.limits, repository, digest, command.tags, now));
    if (!before || tagged || restores) BERTH_CHECK(images_changed(tx, core_, repository.id));
    BERTH_TRY(auto image, tx.images().describe(repository.id, digest));
    if (!image) return base::fail(base::Errc::internal, "an image vanished from the transaction that wrote it");
    return PutImageResult{.image = *std::move(image),
                          .effect = !before    ? PutEffect::created
                                    : restores ? PutEffect::restored
                                    : tagged   ? PutEffect::tagged
                                               : PutEffect::unchanged};
  };
  return push_to(core_, scope, command.repository, [&](const NewRepository* creation) {
    return core_.store.write(scope.deadline, [&](meta::Tx& tx) { return write(tx, creation); });
  });
}

}  // namespace berth::service
