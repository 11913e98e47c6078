#include "api/ecr/ops/pull_exclusions.h"

#include <algorithm>

#include "base/text.h"

namespace berth::api::ecr {
namespace {

constexpr std::string_view kList = "ListPullTimeUpdateExclusions";

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }

bool is_of_name(char c) {
  return is_lower(c) || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || std::string_view("_+=,.@-").contains(c);
}

// aws, aws-cn, aws-us-gov
bool is_partition(std::string_view text) {
  const auto words = base::split(text, '-');
  return words.front() == "aws" && std::ranges::all_of(words, [](std::string_view word) {
           return !word.empty() && std::ranges::all_of(word, is_lower);
         });
}

// role/name, user/path/of/several/name
bool is_user_or_role(std::string_view text) {
  const auto parts = base::split(text, '/');
  return parts.size() > 1 && (parts.front() == "role" || parts.front() == "user") &&
         std::ranges::all_of(
             parts, [](std::string_view part) { return !part.empty() && std::ranges::all_of(part, is_of_name); });
}

}  // namespace

bool matches_principal(std::string_view text) {
  const auto parts = base::split(text, ':');
  return parts.size() == 6 && parts[0] == "arn" && is_partition(parts[1]) && parts[2] == "iam" && parts[3].empty() &&
         model::AccountId::matches(parts[4]) && is_user_or_role(parts[5]);
}

base::Result<RegisterPullTimeUpdateExclusionResponse> register_pull_time_update_exclusion(
    const Call& call, PullTimeUpdateExclusionRequest request) {
  BERTH_TRY(const auto created, call.deps.pull_exclusions.add(call.scope, call.own, request.principal_arn));
  return RegisterPullTimeUpdateExclusionResponse{.principal_arn = std::move(request.principal_arn),
                                                 .created_at = created};
}

base::Result<DeregisterPullTimeUpdateExclusionResponse> deregister_pull_time_update_exclusion(
    const Call& call, PullTimeUpdateExclusionRequest request) {
  BERTH_CHECK(call.deps.pull_exclusions.remove(call.scope, call.own, request.principal_arn));
  return DeregisterPullTimeUpdateExclusionResponse{.principal_arn = std::move(request.principal_arn)};
}

base::Result<ListPullTimeUpdateExclusionsResponse> list_pull_time_update_exclusions(
    const Call& call, ListPullTimeUpdateExclusionsRequest request) {
  std::string after;
  if (request.next_token) {
    BERTH_TRY(auto parts, read_token(kList, 1, *request.next_token));
    after = std::move(parts.front());
  }
  ListPullTimeUpdateExclusionsResponse response;
  BERTH_TRY(response.pull_time_update_exclusions,
            call.deps.pull_exclusions.list(call.scope, call.own, after, request.limit() + 1));
  response.next_token = cut_page(response.pull_time_update_exclusions, request.limit(),
                                 [](const std::string& last) { return make_token(kList, {last}); });
  return response;
}

}  // namespace berth::api::ecr
