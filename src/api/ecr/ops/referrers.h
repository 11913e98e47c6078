// ListImageReferrers.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "api/ecr/call.h"
#include "api/ecr/paging.h"
#include "api/ecr/shapes.h"

namespace berth::api::ecr {

struct SubjectIdentifier {
  std::string image_digest;

  template <class F>
  void fields(F& f) {
    f.req("imageDigest", image_digest);
  }
};

struct ReferrersFilter {
  std::vector<std::string> artifact_types;
  std::optional<StatusFilter> artifact_status;

  template <class F>
  void fields(F& f) {
    f.opt("artifactTypes", artifact_types, json::items(0, 5), json::length(1, 255));
    f.opt("artifactStatus", artifact_status);
  }
};

struct ListImageReferrersRequest : InRepository, Paged {
  SubjectIdentifier subject_id;
  ReferrersFilter filter;

  template <class F>
  void fields(F& f) {
    repository_fields(f);
    f.req("subjectId", subject_id);
    f.opt("filter", filter);
    page_fields(f, 50);
  }
};

struct ImageReferrer {
  std::string digest, media_type;
  std::optional<std::string> artifact_type;
  std::int64_t size = 0;
  std::optional<std::map<std::string, std::string>> annotations;
  ImageStatus artifact_status = ImageStatus::active;

  template <class F>
  void fields(F& f) {
    f.req("digest", digest);
    f.req("mediaType", media_type);
    f.opt("artifactType", artifact_type);
    f.req("size", size);
    f.opt("annotations", annotations);
    f.opt("artifactStatus", artifact_status);
  }
};

struct ListImageReferrersResponse {
  std::vector<ImageReferrer> referrers;
  std::optional<std::string> next_token;

  template <class F>
  void fields(F& f) {
    f.opt("referrers", referrers);
    f.opt("nextToken", next_token);
  }
};

base::Result<ListImageReferrersResponse> list_image_referrers(const Call& call, ListImageReferrersRequest request);

}  // namespace berth::api::ecr
