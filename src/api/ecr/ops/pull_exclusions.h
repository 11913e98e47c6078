// RegisterPullTimeUpdateExclusion, DeregisterPullTimeUpdateExclusion, ListPullTimeUpdateExclusions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/ecr/call.h"
#include "api/ecr/paging.h"
#include "api/ecr/shapes.h"

namespace berth::api::ecr {

inline constexpr std::string_view kPrincipalRegex =
    R"(^arn:aws(-[a-z]+)*:iam::[0-9]{12}:(role|user)/[\w+=,.@-]+(/[\w+=,.@-]+)*$)";
bool matches_principal(std::string_view text);

struct PullTimeUpdateExclusionRequest {
  std::string principal_arn;

  template <class F>
  void fields(F& f) {
    f.req("principalArn", principal_arn, json::length(0, 200), json::pattern(kPrincipalRegex, &matches_principal));
  }
};

struct RegisterPullTimeUpdateExclusionResponse {
  std::string principal_arn;
  base::Timestamp created_at;

  template <class F>
  void fields(F& f) {
    f.opt("principalArn", principal_arn);
    f.opt("createdAt", created_at);
  }
};

struct DeregisterPullTimeUpdateExclusionResponse {
  std::string principal_arn;

  template <class F>
  void fields(F& f) {
    f.opt("principalArn", principal_arn);
  }
};

struct ListPullTimeUpdateExclusionsRequest : Paged {
  template <class F>
  void fields(F& f) {
    page_fields(f);
  }
};

struct ListPullTimeUpdateExclusionsResponse {
  std::vector<std::string> pull_time_update_exclusions;
  std::optional<std::string> next_token;

  template <class F>
  void fields(F& f) {
    f.opt("pullTimeUpdateExclusions", pull_time_update_exclusions);
    f.opt("nextToken", next_token);
  }
};

base::Result<RegisterPullTimeUpdateExclusionResponse> register_pull_time_update_exclusion(
    const Call& call, PullTimeUpdateExclusionRequest request);
base::Result<DeregisterPullTimeUpdateExclusionResponse> deregister_pull_time_update_exclusion(
    const Call& call, PullTimeUpdateExclusionRequest request);
base::Result<ListPullTimeUpdateExclusionsResponse> list_pull_time_update_exclusions(
    const Call& call, ListPullTimeUpdateExclusionsRequest request);

}  // namespace berth::api::ecr
