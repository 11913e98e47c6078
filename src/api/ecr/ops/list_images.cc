#include "api/ecr/ops/list_images.h"

#include "api/ecr/image_ids.h"

namespace berth::api::ecr {
namespace {

constexpr std::string_view kImages = "ListImages";
constexpr std::string_view kDetails = "DescribeImages";

base::Result<service::ImagePage> page_of(std::string_view list, const Paged& paged, const ImagesFilter& filter) {
  BERTH_TRY(auto after, image_position(list, paged.next_token));
  return service::ImagePage{
      .filter = {.tags = tag_status(filter.tag_status), .status = wanted_status(filter.image_status)},
      .after = std::move(after),
      .limit = paged.limit()};
}

ImageDetail detail_of(const model::RepositoryRef& ref, model::Image image) {
  ImageDetail detail{.registry_id = ref.registry.account.text(),
                     .repository_name = ref.name.text(),
                     .image_digest = image.digest.text(),
                     .image_size_in_bytes = static_cast<std::int64_t>(image.image_size),
                     .image_pushed_at = image.pushed,
                     .image_manifest_media_type = std::move(image.media_type),
                     .artifact_media_type = std::move(image.artifact_type),
                     .last_recorded_pull_time = image.pulled,
                     .image_status = image.status,
                     .last_archived_at = image.archived};
  if (image.status == ImageStatus::active) detail.last_activated_at = image.activated;
  if (!image.tags.empty()) detail.image_tags = std::move(image.tags);
  if (image.subject) detail.subject_manifest_digest = image.subject->text();
  return detail;
}

// Of images that the request names. They are shown whatever their status, unless it asks for one.
DescribeImagesResponse named_details(const model::RepositoryRef& ref, std::vector<model::Image> images,
                                     const ImagesFilter& filter) {
  DescribeImagesResponse response;
  const auto tags = tag_status(filter.tag_status);
  const auto status = wanted_status(filter.image_status.value_or(StatusFilter::any));
  for (auto& image : images) {
    const bool tags_fit =
        tags == service::TagStatus::any || image.tags.empty() == (tags == service::TagStatus::untagged);
    if (tags_fit && (!status || *status == image.status)) {
      response.image_details.push_back(detail_of(ref, std::move(image)));
    }
  }
  return response;
}

}  // namespace

service::TagStatus tag_status(const std::optional<TagStatusFilter>& filter) {
  switch (filter.value_or(TagStatusFilter::any)) {
    case TagStatusFilter::tagged: return service::TagStatus::tagged;
    case TagStatusFilter::untagged: return service::TagStatus::untagged;
    case TagStatusFilter::any: return service::TagStatus::any;
  }
  std::unreachable();
}

base::Result<ListImagesResponse> list_images(const Call& call, ListImagesRequest request) {
  BERTH_TRY(const auto ref, call.repository(request.registry_id, request.repository_name));
  BERTH_TRY(const auto page, page_of(kImages, request, request.filter));
  BERTH_TRY(auto images, call.deps.images.list(call.scope, ref, page));
  ListImagesResponse response;
  response.next_token =
      cut_page(images, page.limit, [](const auto& last) { return image_token(kImages, last.position); });
  for (auto& image : images) {
    response.image_ids.push_back({.image_digest = image.digest.text(), .image_tag = std::move(image.tag)});
  }
  return response;
}

base::Result<DescribeImagesResponse> describe_images(const Call& call, DescribeImagesRequest request) {
  BERTH_TRY(const auto ref, call.repository(request.registry_id, request.repository_name));
  if (request.image_ids) {
    BERTH_CHECK(request.excludes("imageIds"));
    BERTH_TRY(auto images, call.deps.images.describe(call.scope, ref, ids_from(*std::move(request.image_ids))));
    return named_details(ref, std::move(images), request.filter);
  }
  BERTH_TRY(const auto page, page_of(kDetails, request, request.filter));
  BERTH_TRY(auto images, call.deps.images.describe_page(call.scope, ref, page));
  DescribeImagesResponse response;
  response.next_token = cut_page(images, page.limit, [](const model::Image& last) {
    return image_token(kDetails, {.pushed = base::to_micros(last.pushed), .digest = last.digest.text(), .tag = ""});
  });
  for (auto& image : images) response.image_details.push_back(detail_of(ref, std::move(image)));
  return response;
}

}  // namespace berth::api::ecr
