// GetAccountSummary.
#include "service/iam/access.h"
#include "service/iam/account_info.h"
#include "service/iam/rules.h"

namespace berth::service::iam {
namespace {

using Summary = std::map<std::string, std::int64_t>;

Summary quotas() {
  return {{"UsersQuota", kQuotas.users},
          {"GroupsQuota", kQuotas.groups},
          {"RolesQuota", kQuotas.roles},
          {"PoliciesQuota", kQuotas.policies},
          {"PolicySizeQuota", kQuotas.policy_size},
          {"PolicyVersionsInUseQuota", 10'000},
          {"VersionsPerPolicyQuota", kQuotas.policy_versions},
          {"AttachedPoliciesPerUserQuota", kQuotas.attached},
          {"AttachedPoliciesPerGroupQuota", kQuotas.attached},
          {"AttachedPoliciesPerRoleQuota", kQuotas.attached},
          {"AccessKeysPerUserQuota", kQuotas.access_keys},
          {"GroupsPerUserQuota", kQuotas.groups_of_user},
          {"UserPolicySizeQuota", kQuotas.inline_of_user},
          {"GroupPolicySizeQuota", kQuotas.inline_of_group},
          {"RolePolicySizeQuota", kQuotas.inline_of_role},
          {"AssumeRolePolicySizeQuota", kQuotas.trust_policy_size},
          {"GlobalEndpointTokenVersion", 1},
          // What accounts do not have here.
          {"AccountAccessKeysPresent", 0},
          {"AccountMFAEnabled", 0},
          {"AccountPasswordPresent", 0},
          {"AccountSigningCertificatesPresent", 0},
          {"InstanceProfiles", 0},
          {"InstanceProfilesQuota", 0},
          {"MFADevices", 0},
          {"MFADevicesInUse", 0},
          {"ServerCertificates", 0},
          {"ServerCertificatesQuota", 0},
          {"SigningCertificatesPerUserQuota", 0}};
}

}  // namespace

base::Result<Summary> AccountInfoService::summary(const Scope& scope) {
  BERTH_CHECK(require_any(core_, scope, "iam:GetAccountSummary"));
  return core_.store.read(scope.deadline, [&](meta::Tx& tx) -> base::Result<Summary> {
    const auto& account = scope.caller.account;
    auto summary = quotas();
    BERTH_TRY(summary["Users"], tx.identities().count(account, model::EntityKind::user));
    BERTH_TRY(summary["Groups"], tx.identities().count(account, model::EntityKind::group));
    BERTH_TRY(summary["Roles"], tx.identities().count(account, model::EntityKind::role));
    BERTH_TRY(summary["Policies"], tx.managed_policies().count(account));
    BERTH_TRY(summary["PolicyVersionsInUse"], tx.managed_policies().count_versions(account));
    BERTH_TRY(const auto providers, tx.oidc_providers().list(account));
    summary["Providers"] = static_cast<std::int64_t>(providers.size());
    return summary;
  });
}

}  // namespace berth::service::iam
