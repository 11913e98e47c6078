// DescribeImages, DescribeImageTags.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/ecr/ops/list_images.h"
#include "api/ecrpublic/call.h"
#include "api/ecrpublic/shapes.h"

namespace berth::api::ecrpublic {

// What an image shows of itself, wherever it is named.
struct ReferencedImageDetail {
  std::string image_digest;
  std::int64_t image_size_in_bytes = 0;
  base::Timestamp image_pushed_at;
  std::string image_manifest_media_type;
  std::optional<std::string> artifact_media_type;

  template <class F>
  void fields(F& f) {
    f.opt("imageDigest", image_digest);
    f.opt("imageSizeInBytes", image_size_in_bytes);
    f.opt("imagePushedAt", image_pushed_at);
    f.opt("imageManifestMediaType", image_manifest_media_type);
    f.opt("artifactMediaType", artifact_media_type);
  }
};

struct ImageDetail : ReferencedImageDetail {
  std::string registry_id, repository_name;
  std::optional<std::vector<std::string>> image_tags;  // absent, not empty, without tags

  template <class F>
  void fields(F& f) {
    f.opt("registryId", registry_id);
    f.opt("repositoryName", repository_name);
    f.opt("imageTags", image_tags);
    ReferencedImageDetail::fields(f);
  }
};

struct DescribeImagesParts : ecr::InRepository, ecr::Paged {
  std::optional<std::vector<ecr::ImageIdentifier>> image_ids;

  template <class F>
  void own_fields(F& f) {
    f.opt("imageIds", image_ids, ecr::kBatch);
    page_fields(f);
  }
};

struct DescribeImagesResponse {
  std::vector<ImageDetail> image_details;
  std::optional<std::string> next_token;

  template <class F>
  void fields(F& f) {
    f.opt("imageDetails", image_details);
    f.opt("nextToken", next_token);
  }
};

struct DescribeImageTagsParts : ecr::InRepository, ecr::Paged {
  template <class F>
  void own_fields(F& f) {
    page_fields(f);
  }
};

struct ImageTagDetail {
  std::string image_tag;
  base::Timestamp created_at;
  ReferencedImageDetail image_detail;

  template <class F>
  void fields(F& f) {
    f.opt("imageTag", image_tag);
    f.opt("createdAt", created_at);
    f.opt("imageDetail", image_detail);
  }
};

struct DescribeImageTagsResponse {
  std::vector<ImageTagDetail> image_tag_details;
  std::optional<std::string> next_token;

  template <class F>
  void fields(F& f) {
    f.opt("imageTagDetails", image_tag_details);
    f.opt("nextToken", next_token);
  }
};

base::Result<DescribeImagesResponse> describe_images(const Call& call, InById<DescribeImagesParts> request);
base::Result<DescribeImageTagsResponse> describe_image_tags(const Call& call, InById<DescribeImageTagsParts> request);

}  // namespace berth::api::ecrpublic
