// Versions of managed policies.
#include "policy/managed.h"
#include "service/iam/access.h"
#include "service/iam/entities.h"
#include "service/iam/policies.h"
#include "service/iam/rules.h"

namespace berth::service::iam {
namespace {

using base::Errc;

std::unexpected<base::Error> no_version(const std::string& arn, const std::string& version) {
  return base::fail(Errc::entity_not_found,
                    "Policy " + arn + " version " + version + " does not exist or is not attachable.");
}

base::Result<std::vector<model::PolicyVersion>> versions_of(meta::Tx& tx, const model::AccountId& account,
                                                            const std::string& arn) {
  BERTH_TRY(const auto found, find_policy(tx, account, arn));
  if (!found) return base::fail(Errc::entity_not_found, "Policy " + arn + " was not found.");
  if (found->account) return tx.managed_policies().versions(found->id);
  const auto* managed = policy::find_managed(arn);
  return std::vector{model::PolicyVersion{.number = found->default_version,
                                          .document = std::string(managed->document),
                                          .created = managed->updated,
                                          .is_default = true}};
}

}  // namespace

base::Result<model::PolicyVersion> PolicyService::create_version(const Scope& scope, const std::string& arn,
                                                                 const std::string& document, bool set_as_default) {
  BERTH_CHECK(require_policy(core_, scope, "iam:CreatePolicyVersion", arn));
  BERTH_CHECK(check_policy_arn(arn));
  BERTH_CHECK(check_document(document, policy::Kind::identity));
  if (document_size(document) > kQuotas.policy_size) return over_quota("PolicySize", kQuotas.policy_size);
  const auto now = core_.clock.now();
  return core_.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<model::PolicyVersion> {
    BERTH_TRY(const auto found, find_own_policy(tx, scope, "iam:CreatePolicyVersion", arn));
    BERTH_TRY(const auto versions, tx.managed_policies().versions(found.id));
    if (std::cmp_greater_equal(versions.size(), kQuotas.policy_versions)) {
      return base::fail(Errc::limit_exceeded,
                        "A managed policy can have up to 5 versions. Before you create a new version, you must delete "
                        "an existing version.");
    }
    BERTH_TRY(const auto number, tx.managed_policies().add_version(found.id, document, now));
    if (set_as_default) BERTH_CHECK(tx.managed_policies().set_default(found.id, number, now));
    return model::PolicyVersion{.number = number, .document = document, .created = now, .is_default = set_as_default};
  });
}

base::Result<model::PolicyVersion> PolicyService::get_version(const Scope& scope, const std::string& arn,
                                                              const std::string& version) {
  BERTH_CHECK(require_policy(core_, scope, "iam:GetPolicyVersion", arn));
  BERTH_CHECK(check_policy_arn(arn));
  BERTH_TRY(const auto number, version_number(version));
  return core_.store.read(scope.deadline, [&](meta::Tx& tx) -> base::Result<model::PolicyVersion> {
    BERTH_TRY(auto versions, versions_of(tx, scope.caller.account, arn));
    for (auto& one : versions) {
      if (one.number == number) return std::move(one);
    }
    return no_version(arn, version);
  });
}

base::Result<Page<model::PolicyVersion>> PolicyService::list_versions(const Scope& scope, const std::string& arn,
                                                                      const PageRequest& page) {
  BERTH_CHECK(require_policy(core_, scope, "iam:ListPolicyVersions", arn));
  BERTH_CHECK(check_policy_arn(arn));
  BERTH_CHECK(check_page(page));
  return core_.store.read(scope.deadline, [&](meta::Tx& tx) -> base::Result<Page<model::PolicyVersion>> {
    BERTH_TRY(auto versions, versions_of(tx, scope.caller.account, arn));
    if (!page.after.empty()) {
      BERTH_TRY(const auto after, version_number(page.after));
      std::erase_if(versions, [&](const auto& version) { return version.number >= after; });
    }
    return page_of(std::move(versions), page.limit,
                   [](const auto& version) { return "v" + std::to_string(version.number); });
  });
}

base::Result<void> PolicyService::set_default(const Scope& scope, const std::string& arn, const std::string& version) {
  BERTH_CHECK(require_policy(core_, scope, "iam:SetDefaultPolicyVersion", arn));
  BERTH_CHECK(check_policy_arn(arn));
  BERTH_TRY(const auto number, version_number(version));
  const auto now = core_.clock.now();
  return core_.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<void> {
    BERTH_TRY(const auto found, find_own_policy(tx, scope, "iam:SetDefaultPolicyVersion", arn));
    BERTH_TRY(const auto there, tx.managed_policies().find_version(found.id, number));
    if (!there) return no_version(arn, version);
    return tx.managed_policies().set_default(found.id, number, now);
  });
}

base::Result<void> PolicyService::remove_version(const Scope& scope, const std::string& arn,
                                                 const std::string& version) {
  BERTH_CHECK(require_policy(core_, scope, "iam:DeletePolicyVersion", arn));
  BERTH_CHECK(check_policy_arn(arn));
  BERTH_TRY(const auto number, version_number(version));
  return core_.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<void> {
    BERTH_TRY(const auto found, find_own_policy(tx, scope, "iam:DeletePolicyVersion", arn));
    if (found.default_version == number) {
      return base::fail(Errc::delete_conflict, "Cannot delete the default version of a policy.");
    }
    BERTH_TRY(const bool removed, tx.managed_policies().remove_version(found.id, number));
    if (!removed) return no_version(arn, version);
    return {};
  });
}

}  // namespace berth::service::iam
