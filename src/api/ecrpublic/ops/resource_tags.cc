#include "api/ecrpublic/ops/resource_tags.h"

#include <utility>

namespace berth::api::ecrpublic {

base::Result<ecr::NoMembers> tag_resource(const Call& call, TagResourceRequest request) {
  return ecr::tag_resource(
      call.ecr, {.resource_arn = std::move(request.resource_arn), .tags = tags_from(std::move(request.tags))});
}

base::Result<ecr::NoMembers> untag_resource(const Call& call, UntagResourceRequest request) {
  return ecr::untag_resource(call.ecr, static_cast<ecr::UntagResourceRequest&&>(request));
}

base::Result<ecr::ListTagsForResourceResponse> list_tags_for_resource(const Call& call,
                                                                      ListTagsForResourceRequest request) {
  return ecr::list_tags_for_resource(call.ecr, static_cast<ecr::ListTagsForResourceRequest&&>(request));
}

}  // namespace berth::api::ecrpublic
