#include "api/ecr/ops/batch_images.h"

#include <utility>

#include "api/ecr/image_ids.h"

namespace berth::api::ecr {
namespace {

std::string_view failure_code(service::ImageFailure failure) {
  using enum service::ImageFailure;
  switch (failure) {
    case invalid_digest: return "InvalidImageDigest";
    case invalid_tag: return "InvalidImageTag";
    case tag_does_not_match_digest: return "ImageTagDoesNotMatchDigest";
    case not_found: return "ImageNotFound";
    case missing_digest_and_tag: return "MissingDigestAndTag";
    case referenced_by_manifest_list: return "ImageReferencedByManifestList";
    case inaccessible: return "ImageInaccessible";
  }
  std::unreachable();
}

std::vector<ImageFailureShape> shapes_of(std::vector<service::FailedImage> failures) {
  std::vector<ImageFailureShape> shapes;
  shapes.reserve(failures.size());
  for (auto& failed : failures) {
    shapes.push_back({.image_id = shape_of(std::move(failed.id)),
                      .failure_code = std::string(failure_code(failed.failure)),
                      .failure_reason = std::move(failed.reason)});
  }
  return shapes;
}

}  // namespace

base::Result<BatchGetImageResponse> batch_get_image(const Call& call, BatchGetImageRequest request) {
  BERTH_TRY(const auto ref, call.repository(request.registry_id, request.repository_name));
  BERTH_TRY(auto got, call.deps.images.batch_get(call.scope, ref, ids_from(std::move(request.image_ids))));
  BatchGetImageResponse response{.images = {}, .failures = shapes_of(std::move(got.failures))};
  for (auto& each : got.images) {
    response.images.push_back({.registry_id = ref.registry.account.text(),
                               .repository_name = ref.name.text(),
                               .image_id = shape_of(std::move(each.id)),
                               .image_manifest = std::move(each.content.manifest),
                               .image_manifest_media_type = std::move(each.content.image.media_type)});
  }
  return response;
}

base::Result<BatchDeleteImageResponse> batch_delete_image(const Call& call, BatchDeleteImageRequest request) {
  BERTH_TRY(const auto ref, call.repository(request.registry_id, request.repository_name));
  BERTH_TRY(auto done, call.deps.images.batch_delete(call.scope, ref, ids_from(std::move(request.image_ids))));
  BatchDeleteImageResponse response{.image_ids = {}, .failures = shapes_of(std::move(done.failures))};
  for (auto& id : done.deleted) response.image_ids.push_back(shape_of(std::move(id)));
  return response;
}

}  // namespace berth::api::ecr
