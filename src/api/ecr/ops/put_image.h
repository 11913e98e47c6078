// PutImage.
#pragma once

#include <optional>
#include <string>

#include "api/ecr/call.h"
#include "api/ecr/shapes.h"

namespace berth::api::ecr {

struct PutImageRequest : InRepository {
  std::string image_manifest;
  std::optional<std::string> image_manifest_media_type, image_tag, image_digest;

  template <class F>
  void fields(F& f) {
    repository_fields(f);
    own_fields(f);
  }
  template <class F>
  void own_fields(F& f) {
    f.req("imageManifest", image_manifest, json::length(1, 4'194'304));
    f.opt("imageManifestMediaType", image_manifest_media_type);
    f.opt("imageTag", image_tag, kTagLength);
    f.opt("imageDigest", image_digest);
  }
};

struct PutImageResponse {
  ImageShape image;

  template <class F>
  void fields(F& f) {
    f.opt("image", image);
  }
};

base::Result<PutImageResponse> put_image(const Call& call, PutImageRequest request);

}  // namespace berth::api::ecr
