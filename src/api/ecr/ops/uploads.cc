#include "api/ecr/ops/uploads.h"

#include <utility>

#include "base/text.h"

namespace berth::api::ecr {
namespace {

constexpr std::int64_t kPartSize = 10'485'760;  // what ECR tells clients to send

}  // namespace

base::Result<InitiateLayerUploadResponse> initiate_layer_upload(const Call& call, InitiateLayerUploadRequest request) {
  BERTH_TRY(const auto ref, call.repository(request.registry_id, request.repository_name));
  BERTH_TRY(auto started, call.deps.layers.start(call.scope, ref, model::DigestAlgorithm::sha256));
  return InitiateLayerUploadResponse{.upload_id = std::move(started.id), .part_size = kPartSize};
}

base::Result<UploadLayerPartResponse> upload_layer_part(const Call& call, UploadLayerPartRequest request) {
  BERTH_TRY(const auto ref, call.repository(request.registry_id, request.repository_name));
  BERTH_TRY(auto upload,
            call.deps.layers.put_part(call.scope, {.repository = ref,
                                                   .upload = base::to_lower(request.upload_id),
                                                   .first = static_cast<std::uint64_t>(request.part_first_byte),
                                                   .last = static_cast<std::uint64_t>(request.part_last_byte),
                                                   .bytes = std::move(request.layer_part_blob.bytes)}));
  return UploadLayerPartResponse{.registry_id = ref.registry.account.text(),
                                 .repository_name = ref.name.text(),
                                 .upload_id = std::move(upload.id),
                                 .last_byte_received = static_cast<std::int64_t>(upload.size) - 1};
}

base::Result<CompleteLayerUploadResponse> complete_layer_upload(const Call& call, CompleteLayerUploadRequest request) {
  BERTH_TRY(const auto ref, call.repository(request.registry_id, request.repository_name));
  std::vector<model::Digest> digests;
  for (const auto& text : request.layer_digests) {
    BERTH_TRY(auto digest, digest_at("layerDigests", text));
    digests.push_back(std::move(digest));
  }
  auto upload = base::to_lower(request.upload_id);
  BERTH_TRY(const auto layer, call.deps.layers.complete(call.scope, ref, upload, digests));
  return CompleteLayerUploadResponse{.registry_id = ref.registry.account.text(),
                                     .repository_name = ref.name.text(),
                                     .upload_id = std::move(upload),
                                     .layer_digest = layer.digest.text()};
}

}  // namespace berth::api::ecr
