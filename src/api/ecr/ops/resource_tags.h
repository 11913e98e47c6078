// TagResource, UntagResource, ListTagsForResource.
#pragma once

#include <string>
#include <vector>

#include "api/ecr/call.h"
#include "api/ecr/shapes.h"
#include "model/resource_tag.h"

namespace berth::api::ecr {

struct TagResourceRequest {
  std::string resource_arn;
  std::vector<model::ResourceTag> tags;

  template <class F>
  void fields(F& f) {
    f.req("resourceArn", resource_arn);
    f.req("tags", tags);
  }
};

struct UntagResourceRequest {
  std::string resource_arn;
  std::vector<std::string> tag_keys;

  template <class F>
  void fields(F& f) {
    f.req("resourceArn", resource_arn);
    f.req("tagKeys", tag_keys);
  }
};

struct ListTagsForResourceRequest {
  std::string resource_arn;

  template <class F>
  void fields(F& f) {
    f.req("resourceArn", resource_arn);
  }
};

struct ListTagsForResourceResponse {
  std::vector<model::ResourceTag> tags;

  template <class F>
  void fields(F& f) {
    f.opt("tags", tags);
  }
};

base::Result<NoMembers> tag_resource(const Call& call, TagResourceRequest request);
base::Result<NoMembers> untag_resource(const Call& call, UntagResourceRequest request);
base::Result<ListTagsForResourceResponse> list_tags_for_resource(const Call& call, ListTagsForResourceRequest request);

}  // namespace berth::api::ecr
