// BatchCheckLayerAvailability, GetDownloadUrlForLayer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/ecr/call.h"
#include "api/ecr/shapes.h"

namespace berth::api::ecr {

enum class LayerAvailability : std::uint8_t { available, unavailable, archived };
inline constexpr std::pair<std::string_view, LayerAvailability> kLayerAvailabilityNames[] = {
    {"AVAILABLE", LayerAvailability::available},
    {"UNAVAILABLE", LayerAvailability::unavailable},
    {"ARCHIVED", LayerAvailability::archived}};
constexpr const auto& enum_names(LayerAvailability) { return kLayerAvailabilityNames; }

enum class LayerFailureCode : std::uint8_t { invalid_layer_digest, missing_layer_digest };
inline constexpr std::pair<std::string_view, LayerFailureCode> kLayerFailureCodeNames[] = {
    {"InvalidLayerDigest", LayerFailureCode::invalid_layer_digest},
    {"MissingLayerDigest", LayerFailureCode::missing_layer_digest}};
constexpr const auto& enum_names(LayerFailureCode) { return kLayerFailureCodeNames; }

struct LayerShape {
  std::string layer_digest;
  LayerAvailability layer_availability = LayerAvailability::unavailable;
  std::optional<std::int64_t> layer_size;
  std::optional<std::string> media_type;

  template <class F>
  void fields(F& f) {
    f.opt("layerDigest", layer_digest);
    f.opt("layerAvailability", layer_availability);
    f.opt("layerSize", layer_size);
    f.opt("mediaType", media_type);
  }
};

struct LayerFailure {
  std::string layer_digest;
  LayerFailureCode failure_code = LayerFailureCode::invalid_layer_digest;
  std::string failure_reason;

  template <class F>
  void fields(F& f) {
    f.opt("layerDigest", layer_digest);
    f.opt("failureCode", failure_code);
    f.opt("failureReason", failure_reason);
  }
};

struct BatchCheckLayerAvailabilityRequest : InRepository {
  std::vector<std::string> layer_digests;

  template <class F>
  void fields(F& f) {
    repository_fields(f);
    own_fields(f);
  }
  template <class F>
  void own_fields(F& f) {
    f.req("layerDigests", layer_digests, kBatch, json::length(0, 1000));
  }
};

struct BatchCheckLayerAvailabilityResponse {
  std::vector<LayerShape> layers;
  std::vector<LayerFailure> failures;

  template <class F>
  void fields(F& f) {
    f.opt("layers", layers);
    f.opt("failures", failures);
  }
};

struct GetDownloadUrlForLayerRequest : InRepository {
  std::string layer_digest;

  template <class F>
  void fields(F& f) {
    repository_fields(f);
    f.req("layerDigest", layer_digest, kDigestRule);
  }
};

struct GetDownloadUrlForLayerResponse {
  std::string download_url, layer_digest;

  template <class F>
  void fields(F& f) {
    f.opt("downloadUrl", download_url);
    f.opt("layerDigest", layer_digest);
  }
};

base::Result<BatchCheckLayerAvailabilityResponse> batch_check_layer_availability(
    const Call& call, BatchCheckLayerAvailabilityRequest request);
base::Result<GetDownloadUrlForLayerResponse> get_download_url_for_layer(const Call& call,
                                                                        GetDownloadUrlForLayerRequest request);

}  // namespace berth::api::ecr
