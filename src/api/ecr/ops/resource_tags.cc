#include "api/ecr/ops/resource_tags.h"

#include "model/arn.h"

namespace berth::api::ecr {
namespace {

// A resource of another region is another endpoint's.
base::Result<model::RepositoryRef> resource(const Call& call, const std::string& arn) {
  BERTH_TRY(auto parsed, model::RepositoryArn::parse(arn));
  if (parsed.region != call.own.region) return base::fail_parameter("resourceArn", "Invalid ARN");
  return model::RepositoryRef{.registry = {.account = std::move(parsed.account), .region = std::move(parsed.region)},
                              .name = std::move(parsed.name)};
}

}  // namespace

base::Result<NoMembers> tag_resource(const Call& call, TagResourceRequest request) {
  BERTH_TRY(const auto ref, resource(call, request.resource_arn));
  BERTH_CHECK(call.deps.repositories.tag(call.scope, ref, request.tags));
  return NoMembers{};
}

base::Result<NoMembers> untag_resource(const Call& call, UntagResourceRequest request) {
  BERTH_TRY(const auto ref, resource(call, request.resource_arn));
  BERTH_CHECK(call.deps.repositories.untag(call.scope, ref, request.tag_keys));
  return NoMembers{};
}

base::Result<ListTagsForResourceResponse> list_tags_for_resource(const Call& call, ListTagsForResourceRequest request) {
  BERTH_TRY(const auto ref, resource(call, request.resource_arn));
  BERTH_TRY(auto tags, call.deps.repositories.tags(call.scope, ref));
  return ListTagsForResourceResponse{.tags = std::move(tags)};
}

}  // namespace berth::api::ecr
