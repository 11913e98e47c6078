#include "api/ecr/ops/referrers.h"

#include <utility>

namespace berth::api::ecr {
namespace {

constexpr std::string_view kList = "ListImageReferrers";
constexpr std::int64_t kStandardPage = 20;

base::Result<std::string> start_of(const ListImageReferrersRequest& request) {
  if (!request.next_token) return std::string();
  BERTH_TRY(auto parts, read_token(kList, 1, *request.next_token));
  if (!model::Digest::parse(parts[0])) return fail_token();
  return std::move(parts[0]);
}

ImageReferrer shape_of(model::Image image) {
  ImageReferrer shape{.digest = image.digest.text(),
                      .media_type = std::move(image.media_type),
                      .artifact_type = std::move(image.artifact_type),
                      .size = static_cast<std::int64_t>(image.manifest_size),
                      .artifact_status = image.status};
  if (!image.annotations.empty()) shape.annotations = std::move(image.annotations);
  return shape;
}

}  // namespace

base::Result<ListImageReferrersResponse> list_image_referrers(const Call& call, ListImageReferrersRequest request) {
  BERTH_TRY(const auto ref, call.repository(request.registry_id, request.repository_name));
  BERTH_TRY(const auto subject, digest_at("subjectId.imageDigest", request.subject_id.image_digest));
  BERTH_TRY(auto after, start_of(request));
  const auto limit = request.limit(kStandardPage);
  BERTH_TRY(auto images, call.deps.images.referrers(call.scope, ref, subject,
                                                    {.after = std::move(after),
                                                     .limit = limit + 1,
                                                     .artifact_types = std::move(request.filter.artifact_types),
                                                     .status = wanted_status(request.filter.artifact_status)}));
  ListImageReferrersResponse response;
  response.next_token =
      cut_page(images, limit, [](const model::Image& last) { return make_token(kList, {last.digest.text()}); });
  for (auto& image : images) response.referrers.push_back(shape_of(std::move(image)));
  return response;
}

}  // namespace berth::api::ecr
