#include "api/ecr/ops/lifecycle.h"

#include "api/ecr/image_ids.h"
#include "base/text.h"

namespace berth::api::ecr {
namespace {

constexpr std::string_view kPreview = "GetLifecyclePolicyPreview";

LifecyclePolicyPreviewStatus status_of(service::PreviewStatus status) {
  switch (status) {
    case service::PreviewStatus::in_progress: return LifecyclePolicyPreviewStatus::in_progress;
    case service::PreviewStatus::complete: return LifecyclePolicyPreviewStatus::complete;
    case service::PreviewStatus::expired: return LifecyclePolicyPreviewStatus::expired;
    case service::PreviewStatus::failed: return LifecyclePolicyPreviewStatus::failed;
  }
  std::unreachable();
}

LifecyclePolicyResponse policy_of(const model::RepositoryRef& ref, service::LifecyclePolicyRow policy) {
  return {.registry_id = ref.registry.account.text(),
          .repository_name = ref.name.text(),
          .lifecycle_policy_text = std::move(policy.text),
          .last_evaluated_at = policy.evaluated};
}

LifecyclePolicyPreviewResult result_of(service::PreviewEntry entry) {
  LifecyclePolicyPreviewResult result{.image_digest = std::move(entry.digest),
                                      .image_pushed_at = entry.pushed,
                                      .applied_rule_priority = entry.priority};
  if (!entry.tags.empty()) result.image_tags = std::move(entry.tags);
  if (entry.archived) result.storage_class = LifecycleStorageClass::archive;
  if (entry.archives) {
    result.action = {.type = ImageActionType::transition, .target_storage_class = LifecycleTargetStorageClass::archive};
  }
  return result;
}

LifecyclePolicyPreviewSummary summary_of(const service::PreviewRow& preview) {
  LifecyclePolicyPreviewSummary summary{.expiring_image_total_count = preview.expiring};
  if (preview.archiving > 0)
    summary.transitioning_image_total_counts.emplace().push_back({.image_total_count = preview.archiving});
  return summary;
}

// A token is good for the preview it came from: positions of another one mean other images.
struct Start {
  std::optional<std::string> preview;
  std::int64_t position = 0;
};
base::Result<Start> start_of(const Paged& paged) {
  if (!paged.next_token) return Start{};
  BERTH_TRY(auto parts, read_token(kPreview, 2, *paged.next_token));
  const auto position = base::parse_integer<std::int64_t>(parts[1]);
  if (!position || *position < 0) return fail_token();
  return Start{.preview = std::move(parts[0]), .position = *position};
}

}  // namespace

base::Result<PutLifecyclePolicyResponse> put_lifecycle_policy(const Call& call, PutLifecyclePolicyRequest request) {
  BERTH_TRY(const auto ref, call.repository(request.registry_id, request.repository_name));
  BERTH_CHECK(call.deps.lifecycle.put(call.scope, ref, request.lifecycle_policy_text));
  return PutLifecyclePolicyResponse{.registry_id = ref.registry.account.text(),
                                    .repository_name = ref.name.text(),
                                    .lifecycle_policy_text = std::move(request.lifecycle_policy_text)};
}

base::Result<LifecyclePolicyResponse> get_lifecycle_policy(const Call& call, LifecyclePolicyRequest request) {
  BERTH_TRY(const auto ref, call.repository(request.registry_id, request.repository_name));
  BERTH_TRY(auto policy, call.deps.lifecycle.get(call.scope, ref));
  return policy_of(ref, std::move(policy));
}

base::Result<LifecyclePolicyResponse> delete_lifecycle_policy(const Call& call, LifecyclePolicyRequest request) {
  BERTH_TRY(const auto ref, call.repository(request.registry_id, request.repository_name));
  BERTH_TRY(auto policy, call.deps.lifecycle.remove(call.scope, ref));
  return policy_of(ref, std::move(policy));
}

base::Result<StartLifecyclePolicyPreviewResponse> start_lifecycle_policy_preview(
    const Call& call, StartLifecyclePolicyPreviewRequest request) {
  BERTH_TRY(const auto ref, call.repository(request.registry_id, request.repository_name));
  BERTH_TRY(auto preview, call.deps.lifecycle.start_preview(call.scope, ref, std::move(request.lifecycle_policy_text)));
  return StartLifecyclePolicyPreviewResponse{.registry_id = ref.registry.account.text(),
                                             .repository_name = ref.name.text(),
                                             .lifecycle_policy_text = std::move(preview.text),
                                             .status = status_of(preview.status)};
}

base::Result<GetLifecyclePolicyPreviewResponse> get_lifecycle_policy_preview(const Call& call,
                                                                             GetLifecyclePolicyPreviewRequest request) {
  BERTH_TRY(const auto ref, call.repository(request.registry_id, request.repository_name));
  BERTH_TRY(const auto start, start_of(request));
  service::PreviewPage page{
      .status = tag_status(request.filter.tag_status), .position = start.position, .limit = request.limit()};
  if (request.image_ids) {
    BERTH_CHECK(request.excludes("imageIds"));
    page.ids = ids_from(*std::move(request.image_ids));
  }
  BERTH_TRY(auto found, call.deps.lifecycle.preview(call.scope, ref, page));
  if (start.preview && *start.preview != found.preview.id) return fail_token();
  GetLifecyclePolicyPreviewResponse response{.registry_id = ref.registry.account.text(),
                                             .repository_name = ref.name.text(),
                                             .lifecycle_policy_text = found.preview.text,
                                             .status = status_of(found.preview.status)};
  if (found.preview.status != service::PreviewStatus::complete) return response;
  if (page.ids.empty()) {
    response.next_token = cut_page(found.entries, page.limit, [&](const service::PreviewEntry& last) {
      return make_token(kPreview, {found.preview.id, std::to_string(last.position + 1)});
    });
  }
  response.summary = summary_of(found.preview);
  response.preview_results.emplace();
  for (auto& entry : found.entries) response.preview_results->push_back(result_of(std::move(entry)));
  return response;
}

}  // namespace berth::api::ecr
