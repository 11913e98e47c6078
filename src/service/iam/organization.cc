#include "service/iam/organization.h"

#include "base/text.h"
#include "service/iam/entities.h"
#include "service/iam/organization_access.h"
#include "service/iam/rules.h"

namespace berth::service::iam {
namespace {

using base::Errc;
using Organization = model::Organization;
using Scp = model::ServiceControlPolicy;

constexpr std::int64_t kMaxPerTarget = 5;
constexpr std::int64_t kMaxPolicies = 1'000;
constexpr std::size_t kMaxDocument = 5'120;  // characters, white space too

base::Result<void> check_policy(const Scp& policy) {
  if (policy.name.empty() || base::utf8_length(policy.name) > 128 || !is_text(policy.name)) {
    return base::fail(Errc::invalid_input, "A policy's name has 1 to 128 characters, none of them a control.");
  }
  if (base::utf8_length(policy.description) > 512 || !is_text(policy.description)) {
    return base::fail(Errc::invalid_input,
                      "A policy's description has at most 512 characters, none of them a control.");
  }
  if (base::utf8_length(policy.document) > kMaxDocument) {
    return base::fail(Errc::limit_exceeded, "You have exceeded the maximum policy document size of 5120 characters.");
  }
  BERTH_CHECK(policy::Document::parse(policy.document, policy::Kind::service_control));
  return {};
}

std::unexpected<base::Error> taken(const std::string& name) {
  return about(Errc::entity_exists, "policy", "A policy with the name " + name + " already exists.");
}

base::Result<Scp> find_scp(meta::Tx& tx, const std::string& id) {
  BERTH_TRY(auto found, tx.organizations().find_policy(id));
  if (found) return *std::move(found);
  return about(Errc::entity_not_found, "policy", "We can't find a policy with the PolicyId that you specified.");
}

base::Result<Scp> find_own_scp(meta::Tx& tx, const std::string& id) {
  BERTH_TRY(auto found, find_scp(tx, id));
  if (!found.aws_managed) return found;
  return base::fail(Errc::entity_unmodifiable, "You specified a policy that is managed by AWS and can't be modified.");
}

base::Result<ScpTarget> find_target(meta::Tx& tx, const Organization& organization, const std::string& id) {
  auto arn = organization.target_arn(id);
  if (id == organization.root) return ScpTarget{.id = id, .arn = std::move(arn), .name = "Root", .is_root = true};
  if (const auto account = model::AccountId::parse(id)) {
    BERTH_TRY(const auto found, tx.accounts().find(*account));
    if (found) return ScpTarget{.id = id, .arn = std::move(arn), .name = found->name};
  }
  return about(Errc::entity_not_found, "target",
               "We can't find a root, OU, or account with the TargetId that you specified.");
}

std::string id_of(const Scp& policy) { return policy.id; }

Scp with_arn(const Organization& organization, Scp policy) {
  policy.arn = organization.policy_arn(policy.id);
  return policy;
}

std::vector<Scp> with_arns(const Organization& organization, std::vector<Scp> policies) {
  for (auto& policy : policies) policy.arn = organization.policy_arn(policy.id);
  return policies;
}

}  // namespace

base::Result<Organization> OrganizationService::describe(const Scope& scope) {
  BERTH_CHECK(core_.require(scope, "organizations:DescribeOrganization",
                            auth::Resource::of_account(scope.caller.account, "*")));
  return core_.store.read(scope.deadline, find_organization);
}

base::Result<model::Account> OrganizationService::management(const Scope& scope) {
  BERTH_CHECK(core_.require(scope, "organizations:DescribeOrganization",
                            auth::Resource::of_account(scope.caller.account, "*")));
  return core_.store.read(scope.deadline, [](meta::Tx& tx) -> base::Result<model::Account> {
    BERTH_TRY(const auto organization, find_organization(tx));
    BERTH_TRY(auto found, tx.accounts().find(organization.management));
    if (!found) return base::fail(Errc::corrupt, "the management account is not in metadata");
    found->arn = organization.account_arn(found->id);
    return *std::move(found);
  });
}

base::Result<Organization> OrganizationService::roots(const Scope& scope) {
  return require_management(core_, scope, "organizations:ListRoots");
}

base::Result<Organization> OrganizationService::root(const Scope& scope, std::string_view action,
                                                     const std::string& id) {
  BERTH_TRY(auto organization, require_management(core_, scope, action, &Organization::target_arn, id));
  if (id == organization.root) return organization;
  return about(Errc::entity_not_found, "root", "We can't find a root with the RootId that you specified.");
}

base::Result<Scp> OrganizationService::create_policy(const Scope& scope, const CreateScp& command) {
  BERTH_TRY(const auto organization, require_management(core_, scope, "organizations:CreatePolicy"));
  const Scp made{.id = "p-" + crypto::random_text(core_.random, 8, "abcdefghijklmnopqrstuvwxyz0123456789"),
                 .name = command.name,
                 .description = command.description,
                 .document = command.document};
  BERTH_CHECK(check_policy(made));
  return core_.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<Scp> {
    BERTH_TRY(const auto count, tx.organizations().count_policies());
    if (count >= kMaxPolicies) {
      return base::fail(Errc::limit_exceeded, "You have exceeded the number of policies that you can have.");
    }
    BERTH_TRY(const bool created, tx.organizations().create_policy(made));
    if (!created) return taken(made.name);
    return with_arn(organization, made);
  });
}

base::Result<Scp> OrganizationService::update_policy(const Scope& scope, const std::string& id,
                                                     const UpdateScp& change) {
  BERTH_TRY(const auto organization,
            require_management(core_, scope, "organizations:UpdatePolicy", &Organization::policy_arn, id));
  return core_.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<Scp> {
    BERTH_TRY(auto policy, find_own_scp(tx, id));
    policy.name = change.name.value_or(policy.name);
    policy.description = change.description.value_or(policy.description);
    policy.document = change.document.value_or(policy.document);
    BERTH_CHECK(check_policy(policy));
    BERTH_TRY(const bool updated, tx.organizations().update_policy(policy));
    if (!updated) return taken(policy.name);
    return with_arn(organization, std::move(policy));
  });
}

base::Result<Scp> OrganizationService::describe_policy(const Scope& scope, const std::string& id) {
  BERTH_TRY(const auto organization,
            require_management(core_, scope, "organizations:DescribePolicy", &Organization::policy_arn, id));
  return core_.store.read(scope.deadline, [&](meta::Tx& tx) -> base::Result<Scp> {
    BERTH_TRY(auto found, find_scp(tx, id));
    return with_arn(organization, std::move(found));
  });
}

base::Result<Page<Scp>> OrganizationService::list_policies(const Scope& scope, const PageRequest& page) {
  BERTH_TRY(const auto organization, require_management(core_, scope, "organizations:ListPolicies"));
  BERTH_CHECK(check_page(page));
  return core_.store.read(scope.deadline, [&](meta::Tx& tx) -> base::Result<Page<Scp>> {
    BERTH_TRY(auto policies, tx.organizations().policies(page.after, page.limit + 1));
    return page_of(with_arns(organization, std::move(policies)), page.limit, id_of);
  });
}

base::Result<void> OrganizationService::remove_policy(const Scope& scope, const std::string& id) {
  BERTH_CHECK(require_management(core_, scope, "organizations:DeletePolicy", &Organization::policy_arn, id));
  return core_.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<void> {
    BERTH_CHECK(find_own_scp(tx, id));
    BERTH_TRY(const auto targets, tx.organizations().targets_of(id, "", 1));
    if (!targets.empty()) {
      return base::fail(Errc::delete_conflict,
                        "The policy is attached to one or more entities. You must detach it from all roots, OUs, and "
                        "accounts before performing this operation.");
    }
    return tx.organizations().remove_policy(id);
  });
}

base::Result<void> OrganizationService::attach(const Scope& scope, const std::string& policy,
                                               const std::string& target) {
  BERTH_TRY(const auto organization,
            require_management(core_, scope, "organizations:AttachPolicy", &Organization::policy_arn, policy));
  return core_.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<void> {
    BERTH_CHECK(find_scp(tx, policy));
    BERTH_CHECK(find_target(tx, organization, target));
    BERTH_TRY(const bool attached, tx.organizations().attach(policy, target));
    if (!attached) {
      return about(Errc::entity_exists, "attachment",
                   "The selected policy is already attached to the specified target.");
    }
    BERTH_TRY(const auto all, tx.organizations().policies_of(target));
    if (std::cmp_greater(all.size(), kMaxPerTarget)) {
      return base::fail(Errc::limit_exceeded,
                        "You have attached the maximum number of policies of this type to the target.");
    }
    return {};
  });
}

base::Result<void> OrganizationService::detach(const Scope& scope, const std::string& policy,
                                               const std::string& target) {
  BERTH_TRY(const auto organization,
            require_management(core_, scope, "organizations:DetachPolicy", &Organization::policy_arn, policy));
  return core_.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<void> {
    BERTH_CHECK(find_scp(tx, policy));
    BERTH_CHECK(find_target(tx, organization, target));
    BERTH_TRY(const bool detached, tx.organizations().detach(policy, target));
    if (!detached) {
      return about(Errc::entity_not_found, "attachment", "The policy isn't attached to the specified target.");
    }
    BERTH_TRY(const auto left, tx.organizations().policies_of(target));
    if (left.empty()) {
      return base::fail(Errc::limit_exceeded,
                        "You cannot remove the last policy attached to the specified target. You must have at least "
                        "one attached at all times.");
    }
    return {};
  });
}

base::Result<Page<Scp>> OrganizationService::policies_of(const Scope& scope, const std::string& target,
                                                         const PageRequest& page) {
  BERTH_TRY(const auto organization,
            require_management(core_, scope, "organizations:ListPoliciesForTarget", &Organization::target_arn, target));
  BERTH_CHECK(check_page(page));
  return core_.store.read(scope.deadline, [&](meta::Tx& tx) -> base::Result<Page<Scp>> {
    BERTH_CHECK(find_target(tx, organization, target));
    BERTH_TRY(auto policies, tx.organizations().policies_of(target));
    return slice(with_arns(organization, std::move(policies)), page, id_of);
  });
}

base::Result<Page<ScpTarget>> OrganizationService::targets_of(const Scope& scope, const std::string& policy,
                                                              const PageRequest& page) {
  BERTH_TRY(const auto organization,
            require_management(core_, scope, "organizations:ListTargetsForPolicy", &Organization::policy_arn, policy));
  BERTH_CHECK(check_page(page));
  return core_.store.read(scope.deadline, [&](meta::Tx& tx) -> base::Result<Page<ScpTarget>> {
    BERTH_CHECK(find_scp(tx, policy));
    BERTH_TRY(const auto ids, tx.organizations().targets_of(policy, page.after, page.limit + 1));
    std::vector<ScpTarget> targets;
    for (const auto& id : ids) {
      BERTH_TRY(auto target, find_target(tx, organization, id));
      targets.push_back(std::move(target));
    }
    return page_of(std::move(targets), page.limit, [](const auto& target) { return target.id; });
  });
}

}  // namespace berth::service::iam
