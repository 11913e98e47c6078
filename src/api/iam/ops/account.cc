#include "api/iam/ops/account.h"

#include <algorithm>

namespace berth::api::iam {
namespace {

InlinePolicyShape inline_shape(const model::InlinePolicy& policy) {
  return {.name = policy.name, .document = encoded(policy.document)};
}

UserDetail user_detail(const service::iam::EntityDetail& detail) {
  const auto& user = detail.entity;
  return {.path = user.path,
          .name = user.name,
          .id = user.id,
          .arn = user.arn(),
          .created = user.created,
          .inline_policies = shapes_of(detail.inline_policies, &inline_shape),
          .groups = detail.groups,
          .attached = shapes_of(detail.attached, &attached_shape),
          .boundary = boundary_of(user),
          .tags = shapes_of(user.tags)};
}

GroupDetail group_detail(const service::iam::EntityDetail& detail) {
  const auto& group = detail.entity;
  return {.path = group.path,
          .name = group.name,
          .id = group.id,
          .arn = group.arn(),
          .created = group.created,
          .inline_policies = shapes_of(detail.inline_policies, &inline_shape),
          .attached = shapes_of(detail.attached, &attached_shape)};
}

RoleDetail role_detail(const service::iam::EntityDetail& detail) {
  const auto& role = detail.entity;
  return {.path = role.path,
          .name = role.name,
          .id = role.id,
          .arn = role.arn(),
          .created = role.created,
          .trust_policy = encoded(role.trust_policy),
          .inline_policies = shapes_of(detail.inline_policies, &inline_shape),
          .attached = shapes_of(detail.attached, &attached_shape),
          .boundary = boundary_of(role),
          .tags = shapes_of(role.tags),
          .last_used = last_used_of(role)};
}

PolicyDetailShape policy_detail(const service::iam::PolicyDetail& detail) {
  auto shape = listed_policy(detail.policy);
  if (!detail.policy.description.empty()) shape.description = detail.policy.description;
  return {.policy = std::move(shape), .versions = shapes_of(detail.versions, &full_version)};
}

}  // namespace

base::Result<void> create_account_alias(const Call& call, AliasRequest request) {
  return call.iam.account.create_alias(call.scope, request.alias);
}

base::Result<void> delete_account_alias(const Call& call, AliasRequest request) {
  return call.iam.account.remove_alias(call.scope, request.alias);
}

base::Result<ListAliasesResponse> list_account_aliases(const Call& call, ListAliasesRequest request) {
  BERTH_TRY(auto aliases, call.iam.account.aliases(call.scope));
  BERTH_TRY(auto end, cut_page("ListAccountAliases", request, aliases));
  return ListAliasesResponse{.aliases = std::move(aliases), .end = std::move(end)};
}

base::Result<SummaryResponse> get_account_summary(const Call& call, NoMembers) {
  BERTH_TRY(auto summary, call.iam.account.summary(call.scope));
  return SummaryResponse{.summary = std::move(summary)};
}

base::Result<DetailsResponse> get_account_authorization_details(const Call& call, DetailsRequest request) {
  constexpr std::string_view kList = "GetAccountAuthorizationDetails";
  BERTH_TRY(auto after, request.after(kList));
  const auto wanted = [&](EntityFilter kind) {
    return request.filter.empty() || std::ranges::find(request.filter, kind) != request.filter.end();
  };
  BERTH_TRY(const auto found,
            call.iam.account.details(call.scope, {.users = wanted(EntityFilter::user),
                                                  .groups = wanted(EntityFilter::group),
                                                  .roles = wanted(EntityFilter::role),
                                                  .local_policies = wanted(EntityFilter::local_policy),
                                                  .aws_policies = wanted(EntityFilter::aws_policy),
                                                  .after = std::move(after),
                                                  .limit = request.limit()}));
  DetailsResponse response{.users = {},
                           .groups = {},
                           .roles = {},
                           .policies = shapes_of(found.policies, &policy_detail),
                           .end = {kList, found.next}};
  for (const auto& detail : found.entities) {
    switch (detail.entity.kind) {
      case model::EntityKind::user: response.users.push_back(user_detail(detail)); break;
      case model::EntityKind::role: response.roles.push_back(role_detail(detail)); break;
      case model::EntityKind::group: response.groups.push_back(group_detail(detail)); break;
    }
  }
  return response;
}

}  // namespace berth::api::iam
