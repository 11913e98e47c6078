// PutLifecyclePolicy, GetLifecyclePolicy, DeleteLifecyclePolicy, StartLifecyclePolicyPreview,
// GetLifecyclePolicyPreview.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/ecr/call.h"
#include "api/ecr/ops/list_images.h"
#include "api/ecr/paging.h"
#include "api/ecr/shapes.h"

namespace berth::api::ecr {

inline constexpr auto kLifecyclePolicyLength = json::length(service::kMinLifecycleText, service::kMaxLifecycleText);

struct PutLifecyclePolicyRequest : InRepository {
  std::string lifecycle_policy_text;

  template <class F>
  void fields(F& f) {
    repository_fields(f);
    f.req("lifecyclePolicyText", lifecycle_policy_text, kLifecyclePolicyLength);
  }
};

struct PutLifecyclePolicyResponse {
  std::string registry_id, repository_name, lifecycle_policy_text;

  template <class F>
  void fields(F& f) {
    f.opt("registryId", registry_id);
    f.opt("repositoryName", repository_name);
    f.opt("lifecyclePolicyText", lifecycle_policy_text, kLifecyclePolicyLength);
  }
};

struct LifecyclePolicyRequest : InRepository {
  template <class F>
  void fields(F& f) {
    repository_fields(f);
  }
};

struct LifecyclePolicyResponse {
  std::string registry_id, repository_name, lifecycle_policy_text;
  base::Timestamp last_evaluated_at;  // the epoch: never

  template <class F>
  void fields(F& f) {
    f.opt("registryId", registry_id);
    f.opt("repositoryName", repository_name);
    f.opt("lifecyclePolicyText", lifecycle_policy_text, kLifecyclePolicyLength);
    f.opt("lastEvaluatedAt", last_evaluated_at);
  }
};

// --- previews ---

enum class LifecyclePolicyPreviewStatus : std::uint8_t { in_progress, complete, expired, failed };
inline constexpr std::pair<std::string_view, LifecyclePolicyPreviewStatus> kLifecyclePolicyPreviewStatusNames[] = {
    {"IN_PROGRESS", LifecyclePolicyPreviewStatus::in_progress},
    {"COMPLETE", LifecyclePolicyPreviewStatus::complete},
    {"EXPIRED", LifecyclePolicyPreviewStatus::expired},
    {"FAILED", LifecyclePolicyPreviewStatus::failed}};
constexpr const auto& enum_names(LifecyclePolicyPreviewStatus) { return kLifecyclePolicyPreviewStatusNames; }

enum class ImageActionType : std::uint8_t { expire, transition };
inline constexpr std::pair<std::string_view, ImageActionType> kImageActionTypeNames[] = {
    {"EXPIRE", ImageActionType::expire}, {"TRANSITION", ImageActionType::transition}};
constexpr const auto& enum_names(ImageActionType) { return kImageActionTypeNames; }

enum class LifecycleTargetStorageClass : std::uint8_t { archive };
inline constexpr std::pair<std::string_view, LifecycleTargetStorageClass> kLifecycleTargetStorageClassNames[] = {
    {"ARCHIVE", LifecycleTargetStorageClass::archive}};
constexpr const auto& enum_names(LifecycleTargetStorageClass) { return kLifecycleTargetStorageClassNames; }

enum class LifecycleStorageClass : std::uint8_t { archive, standard };
inline constexpr std::pair<std::string_view, LifecycleStorageClass> kLifecycleStorageClassNames[] = {
    {"ARCHIVE", LifecycleStorageClass::archive}, {"STANDARD", LifecycleStorageClass::standard}};
constexpr const auto& enum_names(LifecycleStorageClass) { return kLifecycleStorageClassNames; }

struct StartLifecyclePolicyPreviewRequest : InRepository {
  std::optional<std::string> lifecycle_policy_text;

  template <class F>
  void fields(F& f) {
    repository_fields(f);
    f.opt("lifecyclePolicyText", lifecycle_policy_text, kLifecyclePolicyLength);
  }
};

struct StartLifecyclePolicyPreviewResponse {
  std::string registry_id, repository_name, lifecycle_policy_text;
  LifecyclePolicyPreviewStatus status = LifecyclePolicyPreviewStatus::in_progress;

  template <class F>
  void fields(F& f) {
    f.opt("registryId", registry_id);
    f.opt("repositoryName", repository_name);
    f.opt("lifecyclePolicyText", lifecycle_policy_text, kLifecyclePolicyLength);
    f.opt("status", status);
  }
};

struct LifecyclePolicyPreviewFilter {
  std::optional<TagStatusFilter> tag_status;

  template <class F>
  void fields(F& f) {
    f.opt("tagStatus", tag_status);
  }
};

struct GetLifecyclePolicyPreviewRequest : InRepository, Paged {
  std::optional<std::vector<ImageIdentifier>> image_ids;
  LifecyclePolicyPreviewFilter filter;

  template <class F>
  void fields(F& f) {
    repository_fields(f);
    f.opt("imageIds", image_ids, kBatch);
    page_fields(f, 100);
    f.opt("filter", filter);
  }
};

struct LifecyclePolicyRuleAction {
  ImageActionType type = ImageActionType::expire;
  std::optional<LifecycleTargetStorageClass> target_storage_class;

  template <class F>
  void fields(F& f) {
    f.opt("type", type);
    f.opt("targetStorageClass", target_storage_class);
  }
};

struct LifecyclePolicyPreviewResult {
  std::optional<std::vector<std::string>> image_tags;
  std::string image_digest;
  base::Timestamp image_pushed_at;
  LifecyclePolicyRuleAction action;
  std::int64_t applied_rule_priority = 1;
  LifecycleStorageClass storage_class = LifecycleStorageClass::standard;

  template <class F>
  void fields(F& f) {
    f.opt("imageTags", image_tags, kTagLength);
    f.opt("imageDigest", image_digest, kDigestRule);
    f.opt("imagePushedAt", image_pushed_at);
    f.opt("action", action);
    f.opt("appliedRulePriority", applied_rule_priority, json::range(1));
    f.opt("storageClass", storage_class);
  }
};

struct TransitioningImageTotalCount {
  LifecycleTargetStorageClass target_storage_class = LifecycleTargetStorageClass::archive;
  std::int64_t image_total_count = 0;

  template <class F>
  void fields(F& f) {
    f.opt("targetStorageClass", target_storage_class);
    f.opt("imageTotalCount", image_total_count, json::range(0));
  }
};

struct LifecyclePolicyPreviewSummary {
  std::int64_t expiring_image_total_count = 0;
  std::optional<std::vector<TransitioningImageTotalCount>> transitioning_image_total_counts;

  template <class F>
  void fields(F& f) {
    f.opt("expiringImageTotalCount", expiring_image_total_count, json::range(0));
    f.opt("transitioningImageTotalCounts", transitioning_image_total_counts);
  }
};

struct GetLifecyclePolicyPreviewResponse {
  std::string registry_id, repository_name, lifecycle_policy_text;
  LifecyclePolicyPreviewStatus status = LifecyclePolicyPreviewStatus::in_progress;
  std::optional<std::string> next_token;
  std::optional<std::vector<LifecyclePolicyPreviewResult>> preview_results;
  std::optional<LifecyclePolicyPreviewSummary> summary;

  template <class F>
  void fields(F& f) {
    f.opt("registryId", registry_id);
    f.opt("repositoryName", repository_name);
    f.opt("lifecyclePolicyText", lifecycle_policy_text, kLifecyclePolicyLength);
    f.opt("status", status);
    f.opt("nextToken", next_token);
    f.opt("previewResults", preview_results);
    f.opt("summary", summary);
  }
};

base::Result<PutLifecyclePolicyResponse> put_lifecycle_policy(const Call& call, PutLifecyclePolicyRequest request);
base::Result<LifecyclePolicyResponse> get_lifecycle_policy(const Call& call, LifecyclePolicyRequest request);
base::Result<LifecyclePolicyResponse> delete_lifecycle_policy(const Call& call, LifecyclePolicyRequest request);
base::Result<StartLifecyclePolicyPreviewResponse> start_lifecycle_policy_preview(
    const Call& call, StartLifecyclePolicyPreviewRequest request);
base::Result<GetLifecyclePolicyPreviewResponse> get_lifecycle_policy_preview(const Call& call,
                                                                             GetLifecyclePolicyPreviewRequest request);

}  // namespace berth::api::ecr
