// ListImages, DescribeImages.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/ecr/call.h"
#include "api/ecr/paging.h"
#include "api/ecr/shapes.h"

namespace berth::api::ecr {

enum class TagStatusFilter : std::uint8_t { tagged, untagged, any };
inline constexpr std::pair<std::string_view, TagStatusFilter> kTagStatusFilterNames[] = {
    {"TAGGED", TagStatusFilter::tagged}, {"UNTAGGED", TagStatusFilter::untagged}, {"ANY", TagStatusFilter::any}};
constexpr const auto& enum_names(TagStatusFilter) { return kTagStatusFilterNames; }

service::TagStatus tag_status(const std::optional<TagStatusFilter>& filter);

struct ImagesFilter {
  std::optional<TagStatusFilter> tag_status;
  std::optional<StatusFilter> image_status;

  template <class F>
  void fields(F& f) {
    f.opt("tagStatus", tag_status);
    f.opt("imageStatus", image_status);
  }
};

struct ListImagesRequest : InRepository, Paged {
  ImagesFilter filter;

  template <class F>
  void fields(F& f) {
    repository_fields(f);
    page_fields(f);
    f.opt("filter", filter);
  }
};

struct ListImagesResponse {
  std::vector<ImageIdentifier> image_ids;
  std::optional<std::string> next_token;

  template <class F>
  void fields(F& f) {
    f.opt("imageIds", image_ids);
    f.opt("nextToken", next_token);
  }
};

struct DescribeImagesRequest : InRepository, Paged {
  std::optional<std::vector<ImageIdentifier>> image_ids;
  ImagesFilter filter;

  template <class F>
  void fields(F& f) {
    repository_fields(f);
    f.opt("imageIds", image_ids, kBatch);
    page_fields(f);
    f.opt("filter", filter);
  }
};

struct ImageScanStatus {
  std::string status;
  std::optional<std::string> description;

  template <class F>
  void fields(F& f) {
    f.opt("status", status);
    f.opt("description", description);
  }
};

struct ImageScanFindingsSummary {
  base::Timestamp image_scan_completed_at, vulnerability_source_updated_at;
  std::map<std::string, std::int64_t> finding_severity_counts;

  template <class F>
  void fields(F& f) {
    f.opt("imageScanCompletedAt", image_scan_completed_at);
    f.opt("vulnerabilitySourceUpdatedAt", vulnerability_source_updated_at);
    f.opt("findingSeverityCounts", finding_severity_counts);
  }
};

struct ImageDetail {
  std::string registry_id, repository_name, image_digest;
  std::optional<std::vector<std::string>> image_tags;  // absent, not empty, without tags
  std::int64_t image_size_in_bytes = 0;
  base::Timestamp image_pushed_at;
  std::optional<ImageScanStatus> image_scan_status;
  std::optional<ImageScanFindingsSummary> image_scan_findings_summary;
  std::string image_manifest_media_type;
  std::optional<std::string> artifact_media_type;
  std::optional<base::Timestamp> last_recorded_pull_time;
  std::optional<std::string> subject_manifest_digest;
  ImageStatus image_status = ImageStatus::active;
  std::optional<base::Timestamp> last_archived_at, last_activated_at;

  template <class F>
  void fields(F& f) {
    f.opt("registryId", registry_id);
    f.opt("repositoryName", repository_name);
    f.opt("imageDigest", image_digest);
    f.opt("imageTags", image_tags);
    f.opt("imageSizeInBytes", image_size_in_bytes);
    f.opt("imagePushedAt", image_pushed_at);
    f.opt("imageScanStatus", image_scan_status);
    f.opt("imageScanFindingsSummary", image_scan_findings_summary);
    f.opt("imageManifestMediaType", image_manifest_media_type);
    f.opt("artifactMediaType", artifact_media_type);
    f.opt("lastRecordedPullTime", last_recorded_pull_time);
    f.opt("subjectManifestDigest", subject_manifest_digest);
    f.opt("imageStatus", image_status);
    f.opt("lastArchivedAt", last_archived_at);
    f.opt("lastActivatedAt", last_activated_at);
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

base::Result<ListImagesResponse> list_images(const Call& call, ListImagesRequest request);
base::Result<DescribeImagesResponse> describe_images(const Call& call, DescribeImagesRequest request);

}  // namespace berth::api::ecr
