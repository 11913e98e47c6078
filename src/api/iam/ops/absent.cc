#include "api/iam/ops/absent.h"

namespace berth::api::iam {
namespace {

std::unexpected<base::Error> no_login_profile(const std::string& user) {
  return base::fail(base::Errc::entity_not_found, "Login Profile for User " + user + " cannot be found.");
}

}  // namespace

base::Result<EmptyList<ProfilesForRole>> list_instance_profiles_for_role(const Call& call,
                                                                         EmptyListRequest<ProfilesForRole> request) {
  BERTH_CHECK(call.iam.roles.list_instance_profiles(call.scope, request.role));
  return EmptyList<ProfilesForRole>{};
}

base::Result<SamlProvidersResponse> list_saml_providers(const Call& call, NoMembers) {
  BERTH_CHECK(call.iam.absent.of_account(call.scope, "iam:ListSAMLProviders"));
  return SamlProvidersResponse{};
}

base::Result<LoginProfileResponse> get_login_profile(const Call& call, LoginProfileRequest request) {
  BERTH_TRY(const auto user, call.iam.absent.of_user(call.scope, "iam:GetLoginProfile", request.user));
  return no_login_profile(user);
}

base::Result<void> delete_login_profile(const Call& call, LoginProfileRequest request) {
  BERTH_TRY(const auto user, call.iam.absent.of_user(call.scope, "iam:DeleteLoginProfile", request.user));
  return no_login_profile(user);
}

base::Result<PasswordPolicyResponse> get_account_password_policy(const Call& call, NoMembers) {
  BERTH_CHECK(call.iam.absent.of_account(call.scope, "iam:GetAccountPasswordPolicy"));
  return base::fail(base::Errc::entity_not_found,
                    "The Password Policy with domain name " + call.scope.caller.account.text() + " cannot be found.");
}

}  // namespace berth::api::iam
