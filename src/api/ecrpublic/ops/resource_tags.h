// TagResource, UntagResource, ListTagsForResource.
#pragma once

#include <string>
#include <vector>

#include "api/ecr/ops/resource_tags.h"
#include "api/ecrpublic/call.h"
#include "api/ecrpublic/shapes.h"

namespace berth::api::ecrpublic {

struct TagResourceRequest {
  std::string resource_arn;
  std::vector<Tag> tags;

  template <class F>
  void fields(F& f) {
    f.req("resourceArn", resource_arn, kArnLength);
    f.req("tags", tags, kTagCount);
  }
};

struct UntagResourceRequest : ecr::UntagResourceRequest {
  template <class F>
  void fields(F& f) {
    f.req("resourceArn", resource_arn, kArnLength);
    f.req("tagKeys", tag_keys, kTagCount, json::length(1, 128));
  }
};

struct ListTagsForResourceRequest : ecr::ListTagsForResourceRequest {
  template <class F>
  void fields(F& f) {
    f.req("resourceArn", resource_arn, kArnLength);
  }
};

base::Result<ecr::NoMembers> tag_resource(const Call& call, TagResourceRequest request);
base::Result<ecr::NoMembers> untag_resource(const Call& call, UntagResourceRequest request);
base::Result<ecr::ListTagsForResourceResponse> list_tags_for_resource(const Call& call,
                                                                      ListTagsForResourceRequest request);

}  // namespace berth::api::ecrpublic
