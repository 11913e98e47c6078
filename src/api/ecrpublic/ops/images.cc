#include "api/ecrpublic/ops/images.h"

#include <utility>

#include "model/tag.h"

namespace berth::api::ecrpublic {
namespace {

constexpr std::string_view kTags = "DescribeImageTags";

ImageDetail detail_of(ecr::ImageDetail from) {
  ImageDetail detail;
  detail.registry_id = std::move(from.registry_id);
  detail.repository_name = std::move(from.repository_name);
  detail.image_digest = std::move(from.image_digest);
  detail.image_tags = std::move(from.image_tags);
  detail.image_size_in_bytes = from.image_size_in_bytes;
  detail.image_pushed_at = from.image_pushed_at;
  detail.image_manifest_media_type = std::move(from.image_manifest_media_type);
  detail.artifact_media_type = std::move(from.artifact_media_type);
  return detail;
}

ImageTagDetail detail_of(meta::ImageTag tag) {
  auto& image = tag.image;
  return {.image_tag = std::move(tag.name),
          .created_at = tag.set,
          .image_detail = {.image_digest = image.digest.text(),
                           .image_size_in_bytes = static_cast<std::int64_t>(image.image_size),
                           .image_pushed_at = image.pushed,
                           .image_manifest_media_type = std::move(image.media_type),
                           .artifact_media_type = std::move(image.artifact_type)}};
}

base::Result<std::string> start_of(const std::optional<std::string>& token) {
  if (!token) return std::string();
  BERTH_TRY(auto parts, ecr::read_token(kTags, 1, *token));
  if (!model::Tag::matches(parts[0])) return ecr::fail_token();
  return std::move(parts[0]);
}

}  // namespace

base::Result<DescribeImagesResponse> describe_images(const Call& call, InById<DescribeImagesParts> request) {
  ecr::DescribeImagesRequest same;
  static_cast<ecr::InRepository&>(same) = static_cast<ecr::InRepository&&>(request);
  static_cast<ecr::Paged&>(same) = static_cast<ecr::Paged&&>(request);
  same.image_ids = std::move(request.image_ids);
  BERTH_TRY(auto found, ecr::describe_images(call.ecr, std::move(same)));
  DescribeImagesResponse response{.image_details = {}, .next_token = std::move(found.next_token)};
  for (auto& each : found.image_details) response.image_details.push_back(detail_of(std::move(each)));
  return response;
}

base::Result<DescribeImageTagsResponse> describe_image_tags(const Call& call, InById<DescribeImageTagsParts> request) {
  BERTH_TRY(const auto ref, call.ecr.repository(request.registry_id, request.repository_name));
  BERTH_TRY(const auto after, start_of(request.next_token));
  const auto limit = request.limit();
  BERTH_TRY(auto found, call.deps.registries.tags(call.scope(), ref, after, limit + 1));
  DescribeImageTagsResponse response;
  response.next_token =
      ecr::cut_page(found, limit, [](const meta::ImageTag& last) { return ecr::make_token(kTags, {last.name}); });
  for (auto& each : found) response.image_tag_details.push_back(detail_of(std::move(each)));
  return response;
}

}  // namespace berth::api::ecrpublic
