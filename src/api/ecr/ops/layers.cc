#include "api/ecr/ops/layers.h"

namespace berth::api::ecr {
namespace {

LayerFailure failure_for(const std::string& text) {
  if (text.empty()) {
    return {.layer_digest = text,
            .failure_code = LayerFailureCode::missing_layer_digest,
            .failure_reason = "Invalid request parameters: layer digest cannot be null"};
  }
  return {.layer_digest = text,
          .failure_code = LayerFailureCode::invalid_layer_digest,
          .failure_reason =
              "Invalid request parameters: layer digest should satisfy the regex '" + std::string(kDigestRegex) + "'"};
}

LayerShape shape_of(const model::Digest& digest, std::optional<service::LayerInfo> layer) {
  if (!layer) return {.layer_digest = digest.text()};
  return {.layer_digest = digest.text(),
          .layer_availability = layer->archived ? LayerAvailability::archived : LayerAvailability::available,
          .layer_size = static_cast<std::int64_t>(layer->size),
          .media_type = std::move(layer->media_type)};
}

}  // namespace

base::Result<BatchCheckLayerAvailabilityResponse> batch_check_layer_availability(
    const Call& call, BatchCheckLayerAvailabilityRequest request) {
  BERTH_TRY(const auto ref, call.repository(request.registry_id, request.repository_name));
  BatchCheckLayerAvailabilityResponse response;
  std::vector<model::Digest> digests;
  for (const auto& text : request.layer_digests) {
    if (auto digest = model::Digest::parse(text)) {
      digests.push_back(*std::move(digest));
    } else {
      response.failures.push_back(failure_for(text));
    }
  }
  BERTH_TRY(auto found, call.deps.layers.check(call.scope, ref, digests));
  for (std::size_t i = 0; i < digests.size(); ++i) {
    response.layers.push_back(shape_of(digests[i], std::move(found[i])));
  }
  return response;
}

base::Result<GetDownloadUrlForLayerResponse> get_download_url_for_layer(const Call& call,
                                                                        GetDownloadUrlForLayerRequest request) {
  BERTH_TRY(const auto ref, call.repository(request.registry_id, request.repository_name));
  BERTH_TRY(const auto digest, digest_at("layerDigest", request.layer_digest));
  BERTH_TRY(const auto layer, call.deps.layers.require_download(call.scope, ref, digest));
  return GetDownloadUrlForLayerResponse{
      .download_url = call.endpoint.base_url() + call.deps.download_urls.make(ref, layer.digest, call.deps.clock.now()),
      .layer_digest = layer.digest.text()};
}

}  // namespace berth::api::ecr
