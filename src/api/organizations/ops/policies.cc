#include "api/organizations/ops/policies.h"

#include "api/organizations/errors.h"

namespace berth::api::organizations {
namespace {

PolicySummary summary_of(const model::ServiceControlPolicy& policy) {
  return {.id = policy.id,
          .arn = policy.arn,
          .name = policy.name,
          .description = policy.description,
          .aws_managed = policy.aws_managed};
}

PolicyResponse response_of(const model::ServiceControlPolicy& policy) {
  return {.policy = {.summary = summary_of(policy), .content = policy.document}};
}

ListPoliciesResponse policies_of(const service::iam::Page<model::ServiceControlPolicy>& page, PolicyType filter) {
  if (filter != PolicyType::service_control) return {};  // of other types there are none
  ListPoliciesResponse response{.policies = {}, .next_token = token_of(page.next)};
  for (const auto& policy : page.items) response.policies.push_back(summary_of(policy));
  return response;
}

}  // namespace

base::Result<PolicyResponse> create_policy(const Call& call, CreatePolicyRequest request) {
  if (request.type != PolicyType::service_control) {
    return fail_as("PolicyTypeNotAvailableForOrganizationException",
                   "The specified policy type isn't available for this organization.");
  }
  if (!request.tags.empty()) return fail_input("INVALID_LIST_MEMBER", "Policies of this server cannot have tags.");
  BERTH_TRY(const auto policy,
            call.iam.organization.create_policy(call.scope, {.name = std::move(request.name),
                                                             .description = std::move(request.description),
                                                             .document = std::move(request.content)}));
  return response_of(policy);
}

base::Result<PolicyResponse> update_policy(const Call& call, UpdatePolicyRequest request) {
  BERTH_TRY(const auto policy, call.iam.organization.update_policy(call.scope, request.id,
                                                                   {.name = std::move(request.name),
                                                                    .description = std::move(request.description),
                                                                    .document = std::move(request.content)}));
  return response_of(policy);
}

base::Result<PolicyResponse> describe_policy(const Call& call, PolicyRequest request) {
  BERTH_TRY(const auto policy, call.iam.organization.describe_policy(call.scope, request.id));
  return response_of(policy);
}

base::Result<void> delete_policy(const Call& call, PolicyRequest request) {
  return call.iam.organization.remove_policy(call.scope, request.id);
}

base::Result<ListPoliciesResponse> list_policies(const Call& call, ListPoliciesRequest request) {
  BERTH_TRY(const auto page, request.page());
  BERTH_TRY(const auto found, call.iam.organization.list_policies(call.scope, page));
  return policies_of(found, request.filter);
}

base::Result<ListPoliciesResponse> list_policies_for_target(const Call& call, ListPoliciesForTargetRequest request) {
  BERTH_TRY(const auto page, request.page());
  BERTH_TRY(const auto found, call.iam.organization.policies_of(call.scope, request.target, page));
  return policies_of(found, request.filter);
}

base::Result<ListTargetsResponse> list_targets_for_policy(const Call& call, ListTargetsRequest request) {
  BERTH_TRY(const auto page, request.page());
  BERTH_TRY(const auto found, call.iam.organization.targets_of(call.scope, request.policy, page));
  ListTargetsResponse response{.targets = {}, .next_token = token_of(found.next)};
  for (const auto& target : found.items) {
    response.targets.push_back(
        {.id = target.id, .arn = target.arn, .name = target.name, .type = target.is_root ? "ROOT" : "ACCOUNT"});
  }
  return response;
}

base::Result<void> attach_policy(const Call& call, AttachmentRequest request) {
  return call.iam.organization.attach(call.scope, request.policy, request.target);
}

base::Result<void> detach_policy(const Call& call, AttachmentRequest request) {
  return call.iam.organization.detach(call.scope, request.policy, request.target);
}

}  // namespace berth::api::organizations
