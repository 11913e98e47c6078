#include "api/iam/operations.h"

#include <algorithm>
#include <array>

#include "api/iam/ops/absent.h"
#include "api/iam/ops/access_keys.h"
#include "api/iam/ops/account.h"
#include "api/iam/ops/entity_policies.h"
#include "api/iam/ops/groups.h"
#include "api/iam/ops/oidc_providers.h"
#include "api/iam/ops/policies.h"
#include "api/iam/ops/roles.h"
#include "api/iam/ops/simulation.h"
#include "api/iam/ops/tags.h"
#include "api/iam/ops/users.h"

namespace berth::api::iam {
namespace {

template <auto Function>
constexpr auto row(std::string_view name) {
  return aws::query_operation<Function>(name);
}

// By name.
constexpr auto kOperations = std::to_array<aws::QueryOperation<Call>>({
    row<&add_client_id>("AddClientIDToOpenIDConnectProvider"),
    row<&add_user_to_group>("AddUserToGroup"),
    row<&attach_policy<OfGroup>>("AttachGroupPolicy"),
    row<&attach_policy<OfRole>>("AttachRolePolicy"),
    row<&attach_policy<OfUser>>("AttachUserPolicy"),
    row<&create_access_key>("CreateAccessKey"),
    row<&create_account_alias>("CreateAccountAlias"),
    row<&create_group>("CreateGroup"),
    row<&create_provider>("CreateOpenIDConnectProvider"),
    row<&create_policy>("CreatePolicy"),
    row<&create_policy_version>("CreatePolicyVersion"),
    row<&create_role>("CreateRole"),
    row<&create_service_linked_role>("CreateServiceLinkedRole"),
    row<&create_user>("CreateUser"),
    row<&delete_access_key>("DeleteAccessKey"),
    row<&delete_account_alias>("DeleteAccountAlias"),
    row<&delete_group>("DeleteGroup"),
    row<&delete_inline<OfGroup>>("DeleteGroupPolicy"),
    row<&delete_login_profile>("DeleteLoginProfile"),
    row<&delete_provider>("DeleteOpenIDConnectProvider"),
    row<&delete_policy>("DeletePolicy"),
    row<&delete_policy_version>("DeletePolicyVersion"),
    row<&delete_role>("DeleteRole"),
    row<&delete_boundary<OfRole>>("DeleteRolePermissionsBoundary"),
    row<&delete_inline<OfRole>>("DeleteRolePolicy"),
    row<&delete_service_linked_role>("DeleteServiceLinkedRole"),
    row<&delete_user>("DeleteUser"),
    row<&delete_boundary<OfUser>>("DeleteUserPermissionsBoundary"),
    row<&delete_inline<OfExistingUser>>("DeleteUserPolicy"),
    row<&detach_policy<OfGroup>>("DetachGroupPolicy"),
    row<&detach_policy<OfRole>>("DetachRolePolicy"),
    row<&detach_policy<OfUser>>("DetachUserPolicy"),
    row<&get_access_key_last_used>("GetAccessKeyLastUsed"),
    row<&get_account_authorization_details>("GetAccountAuthorizationDetails"),
    row<&get_account_password_policy>("GetAccountPasswordPolicy"),
    row<&get_account_summary>("GetAccountSummary"),
    row<&context_keys_for_custom_policy>("GetContextKeysForCustomPolicy"),
    row<&context_keys_for_principal_policy>("GetContextKeysForPrincipalPolicy"),
    row<&get_group>("GetGroup"),
    row<&get_inline<OfGroup>>("GetGroupPolicy"),
    row<&get_login_profile>("GetLoginProfile"),
    row<&get_provider>("GetOpenIDConnectProvider"),
    row<&get_policy>("GetPolicy"),
    row<&get_policy_version>("GetPolicyVersion"),
    row<&get_role>("GetRole"),
    row<&get_inline<OfRole>>("GetRolePolicy"),
    row<&get_service_linked_role_deletion_status>("GetServiceLinkedRoleDeletionStatus"),
    row<&get_user>("GetUser"),
    row<&get_inline<OfExistingUser>>("GetUserPolicy"),
    row<&list_access_keys>("ListAccessKeys"),
    row<&list_account_aliases>("ListAccountAliases"),
    row<&list_attached<OfGroup>>("ListAttachedGroupPolicies"),
    row<&list_attached<OfRole>>("ListAttachedRolePolicies"),
    row<&list_attached<OfUser>>("ListAttachedUserPolicies"),
    row<&list_entities_for_policy>("ListEntitiesForPolicy"),
    row<&list_inline<OfGroup>>("ListGroupPolicies"),
    row<&list_groups>("ListGroups"),
    row<&list_groups_for_user>("ListGroupsForUser"),
    row<&none_of_account<InstanceProfiles>>("ListInstanceProfiles"),
    row<&list_instance_profiles_for_role>("ListInstanceProfilesForRole"),
    row<&none_of_user<MfaDevices>>("ListMFADevices"),
    row<&list_tags<OfProvider>>("ListOpenIDConnectProviderTags"),
    row<&list_providers>("ListOpenIDConnectProviders"),
    row<&list_policies>("ListPolicies"),
    row<&list_tags<OfPolicy>>("ListPolicyTags"),
    row<&list_policy_versions>("ListPolicyVersions"),
    row<&list_inline<OfRole>>("ListRolePolicies"),
    row<&list_tags<OfRole>>("ListRoleTags"),
    row<&list_roles>("ListRoles"),
    row<&list_saml_providers>("ListSAMLProviders"),
    row<&none_of_user<SshPublicKeys>>("ListSSHPublicKeys"),
    row<&none_of_account<ServerCertificates>>("ListServerCertificates"),
    row<&none_of_user<ServiceCredentials>>("ListServiceSpecificCredentials"),
    row<&none_of_user<SigningCertificates>>("ListSigningCertificates"),
    row<&list_inline<OfExistingUser>>("ListUserPolicies"),
    row<&list_tags<OfExistingUser>>("ListUserTags"),
    row<&list_users>("ListUsers"),
    row<&none_of_account<VirtualMfaDevices>>("ListVirtualMFADevices"),
    row<&put_inline<OfGroup>>("PutGroupPolicy"),
    row<&put_boundary<OfRole>>("PutRolePermissionsBoundary"),
    row<&put_inline<OfRole>>("PutRolePolicy"),
    row<&put_boundary<OfUser>>("PutUserPermissionsBoundary"),
    row<&put_inline<OfExistingUser>>("PutUserPolicy"),
    row<&remove_client_id>("RemoveClientIDFromOpenIDConnectProvider"),
    row<&remove_user_from_group>("RemoveUserFromGroup"),
    row<&set_default_policy_version>("SetDefaultPolicyVersion"),
    row<&simulate_custom_policy>("SimulateCustomPolicy"),
    row<&simulate_principal_policy>("SimulatePrincipalPolicy"),
    row<&tag<OfProvider>>("TagOpenIDConnectProvider"),
    row<&tag<OfPolicy>>("TagPolicy"),
    row<&tag<OfRole>>("TagRole"),
    row<&tag<OfExistingUser>>("TagUser"),
    row<&untag<OfProvider>>("UntagOpenIDConnectProvider"),
    row<&untag<OfPolicy>>("UntagPolicy"),
    row<&untag<OfRole>>("UntagRole"),
    row<&untag<OfExistingUser>>("UntagUser"),
    row<&update_access_key>("UpdateAccessKey"),
    row<&update_assume_role_policy>("UpdateAssumeRolePolicy"),
    row<&update_group>("UpdateGroup"),
    row<&update_thumbprint>("UpdateOpenIDConnectProviderThumbprint"),
    row<&update_role>("UpdateRole"),
    row<&update_role_description>("UpdateRoleDescription"),
    row<&update_user>("UpdateUser"),
});
static_assert(std::ranges::is_sorted(kOperations, {}, &aws::QueryOperation<Call>::name));

}  // namespace

std::span<const aws::QueryOperation<Call>> operations() { return kOperations; }

}  // namespace berth::api::iam
