// Tags of users, roles, managed policies and OIDC providers: the same three operations for each, under names of their
// own.
#pragma once

#include <string>
#include <vector>

#include "api/iam/call.h"
#include "api/iam/paging.h"
#include "api/iam/shapes.h"

namespace berth::api::iam {

template <class Whose>
struct TagRequest {
  std::string owner;
  TagShapes tags;

  template <class F>
  void fields(F& f) {
    Whose::field(f, owner);
    f.req("Tags", tags, kTagCount);
  }
};
template <class Whose>
base::Result<void> tag(const Call& call, TagRequest<Whose> request) {
  return call.iam.tags.tag(call.scope, Whose::taggable(std::move(request.owner)), tags_from(std::move(request.tags)));
}

template <class Whose>
struct UntagRequest {
  std::string owner;
  std::vector<std::string> keys;

  template <class F>
  void fields(F& f) {
    Whose::field(f, owner);
    f.req("TagKeys", keys, kTagCount, kTagKeyLength, kTagKey);
  }
};
template <class Whose>
base::Result<void> untag(const Call& call, UntagRequest<Whose> request) {
  return call.iam.tags.untag(call.scope, Whose::taggable(std::move(request.owner)), request.keys);
}

template <class Whose>
struct ListTagsRequest : Paged {
  std::string owner;

  template <class F>
  void fields(F& f) {
    Whose::field(f, owner);
    page_fields(f);
  }
};
struct ListTagsResponse {
  TagShapes tags;
  PageEnd end;

  template <class F>
  void fields(F& f) {
    f.opt("Tags", tags);
    end.page_fields(f);
  }
};
template <class Whose>
base::Result<ListTagsResponse> list_tags(const Call& call, ListTagsRequest<Whose> request) {
  constexpr std::string_view kList = "Tags";
  BERTH_TRY(const auto page, request.page(kList));
  BERTH_TRY(const auto found, call.iam.tags.list(call.scope, Whose::taggable(std::move(request.owner)), page));
  return ListTagsResponse{.tags = shapes_of(found.items), .end = {kList, found.next}};
}

}  // namespace berth::api::iam
