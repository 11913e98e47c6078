// InitiateLayerUpload, UploadLayerPart, CompleteLayerUpload.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "api/ecr/call.h"
#include "api/ecr/shapes.h"

namespace berth::api::ecr {

struct InitiateLayerUploadRequest : InRepository {
  template <class F>
  void fields(F& f) {
    repository_fields(f);
    own_fields(f);
  }
  template <class F>
  void own_fields(F&) {}
};

struct InitiateLayerUploadResponse {
  std::string upload_id;
  std::int64_t part_size = 0;

  template <class F>
  void fields(F& f) {
    f.opt("uploadId", upload_id);
    f.opt("partSize", part_size);
  }
};

struct UploadLayerPartRequest : InRepository {
  std::string upload_id;
  std::int64_t part_first_byte = 0;
  std::int64_t part_last_byte = 0;
  json::Blob layer_part_blob;

  template <class F>
  void fields(F& f) {
    repository_fields(f);
    own_fields(f);
  }
  template <class F>
  void own_fields(F& f) {
    f.req("uploadId", upload_id, kUploadIdRule);
    f.req("partFirstByte", part_first_byte, json::range(0));
    f.req("partLastByte", part_last_byte, json::range(0));
    f.req("layerPartBlob", layer_part_blob, json::length(0, 20'971'520));
  }
};

struct UploadLayerPartResponse {
  std::string registry_id, repository_name, upload_id;
  std::int64_t last_byte_received = 0;

  template <class F>
  void fields(F& f) {
    f.opt("registryId", registry_id);
    f.opt("repositoryName", repository_name);
    f.opt("uploadId", upload_id);
    f.opt("lastByteReceived", last_byte_received);
  }
};

struct CompleteLayerUploadRequest : InRepository {
  std::string upload_id;
  std::vector<std::string> layer_digests;

  template <class F>
  void fields(F& f) {
    repository_fields(f);
    own_fields(f);
  }
  template <class F>
  void own_fields(F& f) {
    f.req("uploadId", upload_id, kUploadIdRule);
    f.req("layerDigests", layer_digests, kBatch, kDigestRule);
  }
};

struct CompleteLayerUploadResponse {
  std::string registry_id, repository_name, upload_id, layer_digest;

  template <class F>
  void fields(F& f) {
    f.opt("registryId", registry_id);
    f.opt("repositoryName", repository_name);
    f.opt("uploadId", upload_id);
    f.opt("layerDigest", layer_digest);
  }
};

base::Result<InitiateLayerUploadResponse> initiate_layer_upload(const Call& call, InitiateLayerUploadRequest request);
base::Result<UploadLayerPartResponse> upload_layer_part(const Call& call, UploadLayerPartRequest request);
base::Result<CompleteLayerUploadResponse> complete_layer_upload(const Call& call, CompleteLayerUploadRequest request);

}  // namespace berth::api::ecr
