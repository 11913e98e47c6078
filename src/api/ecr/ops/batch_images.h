// BatchGetImage, BatchDeleteImage.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/ecr/call.h"
#include "api/ecr/shapes.h"

namespace berth::api::ecr {

struct ImageFailureShape {
  ImageIdentifier image_id;
  std::string failure_code, failure_reason;

  template <class F>
  void fields(F& f) {
    f.opt("imageId", image_id);
    f.opt("failureCode", failure_code);
    f.opt("failureReason", failure_reason);
  }
};

struct BatchGetImageRequest : InRepository {
  std::vector<ImageIdentifier> image_ids;
  // Validated, and else without effect: ECR converts a manifest only for clients that accept none of its kind, and all
  // that are left read every kind. The answer is the stored manifest, byte for byte.
  std::optional<std::vector<std::string>> accepted_media_types;

  template <class F>
  void fields(F& f) {
    repository_fields(f);
    f.req("imageIds", image_ids, kBatch);
    f.opt("acceptedMediaTypes", accepted_media_types, kBatch);
  }
};

struct BatchGetImageResponse {
  std::vector<ImageShape> images;
  std::vector<ImageFailureShape> failures;

  template <class F>
  void fields(F& f) {
    f.opt("images", images);
    f.opt("failures", failures);
  }
};

struct BatchDeleteImageRequest : InRepository {
  std::vector<ImageIdentifier> image_ids;

  template <class F>
  void fields(F& f) {
    repository_fields(f);
    own_fields(f);
  }
  template <class F>
  void own_fields(F& f) {
    f.req("imageIds", image_ids, kBatch);
  }
};

struct BatchDeleteImageResponse {
  std::vector<ImageIdentifier> image_ids;
  std::vector<ImageFailureShape> failures;

  template <class F>
  void fields(F& f) {
    f.opt("imageIds", image_ids);
    f.opt("failures", failures);
  }
};

base::Result<BatchGetImageResponse> batch_get_image(const Call& call, BatchGetImageRequest request);
base::Result<BatchDeleteImageResponse> batch_delete_image(const Call& call, BatchDeleteImageRequest request);

}  // namespace berth::api::ecr
