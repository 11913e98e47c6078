// Images: manifests, tags, referrers. Both doors call this; an image pushed through one is there for the other at once.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "meta/images.h"
#include "model/image.h"
#include "model/manifest.h"
#include "model/repository.h"
#include "model/tag.h"
#include "service/core.h"
#include "service/pull_recorder.h"

namespace berth::service {

struct PutImage {
  model::RepositoryRef repository;
  std::string manifest;    // stored byte for byte
  std::string media_type;  // Content-Type or imageManifestMediaType; empty: what the manifest says
  std::vector<model::Tag> tags;
  std::optional<model::Digest> expected;  // image_digest_mismatch if the manifest has another one
};

// A fact; the door decides what it means.
// `restored`: it was there, in the archive or on its way back.
enum class PutEffect : std::uint8_t { created, tagged, restored, unchanged };

struct PutImageResult {
  model::Image image;
  PutEffect effect = PutEffect::created;
};

struct ImageBytes {
  model::Image image;
  std::string manifest;
};

// One entry of a batch answer that failed (ECR ImageFailureCode).
enum class ImageFailure : std::uint8_t {
  invalid_digest,
  invalid_tag,
  tag_does_not_match_digest,
  not_found,
  missing_digest_and_tag,
  referenced_by_manifest_list,
  inaccessible,  // archived, or on its way back
};
struct FailedImage {
  model::ImageId id;
  ImageFailure failure;
  std::string reason;
};

struct GotImage {
  model::ImageId id;  // the digest, and the tag if it was asked by tag
  ImageBytes content;
};
struct BatchGetResult {
  std::vector<GotImage> images;
  std::vector<FailedImage> failures;
};
struct BatchDeleteResult {
  std::vector<model::ImageId> deleted;  // one entry for each removed tag, or the digest alone
  std::vector<FailedImage> failures;
};

// Whether a manifest is fetched, which counts as a pull of that image and of no other (an index is not its members), or
// only looked at.
enum class Reading : std::uint8_t { pull, look };

struct StorageClassUpdate {
  model::ImageId id;  // the digest, and the tag if it was named by tag
  model::ImageStatus status;
};

using meta::ImageFilter;
using meta::ImagePosition;
using meta::TagStatus;

struct ImagePage {
  ImageFilter filter;
  ImagePosition after;
  std::size_t limit = 100;
};

// Stateless; safe from any thread; references outlive it. Every method: access_denied, repository_not_found,
// deadline_exceeded, unavailable.
class ImageService {
 public:
  ImageService(const Core& core, PullRecorder& pulls) : core_(core), pulls_(pulls) {}

  // PutImage. manifest_invalid, payload_too_large, image_digest_mismatch, layers_not_found,
  // referenced_images_not_found, tag_immutable, limit_exceeded. All tags move, or none.
  base::Result<PutImageResult> put(const Scope& scope, const PutImage& command);

  // UpdateImageStorageClass. To the class that it has: nothing happens. image_not_found, invalid_parameter,
  // image_storage_class_unsupported.
  base::Result<StorageClassUpdate> update_storage_class(const Scope& scope, const model::RepositoryRef& ref,
                                                        const model::ImageId& id, model::StorageClass target);

  // GET and HEAD of a manifest: image_not_found, also for one that is archived; the message says so.
  base::Result<ImageBytes> get(const Scope& scope, const model::RepositoryRef& ref, const model::Digest& digest,
                               Reading reading = Reading::pull);
  base::Result<ImageBytes> get(const Scope& scope, const model::RepositoryRef& ref, const model::Tag& tag,
                               Reading reading = Reading::pull);
  // BatchGetImage: a pull of each.
  base::Result<BatchGetResult> batch_get(const Scope& scope, const model::RepositoryRef& ref,
                                         const std::vector<model::ImageId>& ids);

  // BatchDeleteImage: by tag untags, and deletes the image with its last tag; by digest deletes it with all tags.
  base::Result<BatchDeleteResult> batch_delete(const Scope& scope, const model::RepositoryRef& ref,
                                               const std::vector<model::ImageId>& ids);
  // DELETE of the OCI door: a tag is only a tag there, and its image stays. image_not_found, image_referenced.
  base::Result<void> remove(const Scope& scope, const model::RepositoryRef& ref, const model::Digest& digest);
  base::Result<void> remove(const Scope& scope, const model::RepositoryRef& ref, const model::Tag& tag);

  // ListImages: one entry per (image, tag); untagged images have no tag. One more than limit: another page.
  base::Result<std::vector<meta::ListedImage>> list(const Scope& scope, const model::RepositoryRef& ref,
                                                    const ImagePage& page);
  // DescribeImages. By ids: one unknown id is image_not_found for the whole call.
  base::Result<std::vector<model::Image>> describe(const Scope& scope, const model::RepositoryRef& ref,
                                                   const std::vector<model::ImageId>& ids);
  base::Result<std::vector<model::Image>> describe_page(const Scope& scope, const model::RepositoryRef& ref,
                                                        const ImagePage& page);
  // Tags of active images, ascending, after `after`.
  base::Result<std::vector<std::string>> tags(const Scope& scope, const model::RepositoryRef& ref,
                                              const std::string& after, std::size_t limit);
  // ListImageReferrers, the referrers API. An unknown subject has none.
  base::Result<std::vector<model::Image>> referrers(const Scope& scope, const model::RepositoryRef& ref,
                                                    const model::Digest& subject, const meta::ReferrerPage& page);

 private:
  struct Found;
  base::Result<ImageBytes> pulled(const Scope& scope, Reading reading, base::Result<Found> found);

  const Core& core_;
  PullRecorder& pulls_;
};

}  // namespace berth::service
