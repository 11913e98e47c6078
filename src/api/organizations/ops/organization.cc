#include "api/organizations/ops/organization.h"

#include "api/organizations/errors.h"

namespace berth::api::organizations {
namespace {

RootShape root_shape(const model::Organization& organization) {
  return {.id = organization.root, .arn = organization.root_arn()};
}

}  // namespace

base::Result<OrganizationResponse> describe_organization(const Call& call, NoMembers) {
  BERTH_TRY(const auto organization, call.iam.organization.describe(call.scope));
  BERTH_TRY(const auto management, call.iam.organization.management(call.scope));
  return OrganizationResponse{.organization = {.id = organization.id,
                                               .arn = organization.arn(),
                                               .management_arn = organization.account_arn(organization.management),
                                               .management_id = organization.management.text(),
                                               .management_email = management.email}};
}

base::Result<ListRootsResponse> list_roots(const Call& call, ListRootsRequest request) {
  BERTH_CHECK(request.page());
  BERTH_TRY(const auto organization, call.iam.organization.roots(call.scope));
  return ListRootsResponse{.roots = {root_shape(organization)}};
}

base::Result<RootResponse> enable_policy_type(const Call& call, PolicyTypeRequest request) {
  BERTH_CHECK(call.iam.organization.root(call.scope, "organizations:EnablePolicyType", request.root));
  if (request.type == PolicyType::service_control) {
    return fail_as("PolicyTypeAlreadyEnabledException", "The specified policy type is already enabled.");
  }
  return fail_as("PolicyTypeNotAvailableForOrganizationException",
                 "The specified policy type isn't available for this organization.");
}

// What bounds accounts cannot be switched off as a whole: FullAWSAccess on the root does the same, and can be seen.
base::Result<RootResponse> disable_policy_type(const Call& call, PolicyTypeRequest request) {
  BERTH_CHECK(call.iam.organization.root(call.scope, "organizations:DisablePolicyType", request.root));
  if (request.type != PolicyType::service_control) {
    return fail_as("PolicyTypeNotEnabledException", "This operation can be performed only for enabled policy types.");
  }
  return fail_input("INVALID_ENUM_POLICY_TYPE",
                    "Service control policies cannot be disabled on this server: attach p-FullAWSAccess instead.");
}

}  // namespace berth::api::organizations
