#include "service/iam/policies.h"

#include <algorithm>
#include <iterator>

#include "base/text.h"
#include "policy/managed.h"
#include "service/iam/access.h"
#include "service/iam/entities.h"
#include "service/iam/rules.h"
#include "service/request_keys.h"

namespace berth::service::iam {
namespace {

using base::Errc;

// Lists go through an account's own policies, then through AWS's. A marker says which, and the name in lower case.
constexpr std::string_view kLocal = "local/";
constexpr std::string_view kAws = "aws/";

std::string marker_of(const model::ManagedPolicy& policy) {
  return std::string(policy.account ? kLocal : kAws) + base::to_lower(policy.name);
}

struct Wanted {
  std::int64_t attachments = 0;  // at least
  std::int64_t boundaries = 0;
};

Wanted wanted(const ListPolicies& command) {
  return {.attachments = command.only_attached || command.usage == PolicyUsage::permissions ? 1 : 0,
          .boundaries = command.usage == PolicyUsage::boundary ? 1 : 0};
}

base::Result<std::vector<model::ManagedPolicy>> aws_policies(meta::Tx& tx, const model::AccountId& account,
                                                             const ListPolicies& command) {
  std::vector<model::ManagedPolicy> policies;
  const auto least = wanted(command);
  for (const auto& managed : policy::managed_policies()) {
    if (!managed.path.starts_with(command.page.path_prefix)) continue;
    BERTH_TRY(auto found, find_policy(tx, account, std::string(managed.arn)));
    if (!found || found->attachments < least.attachments || found->boundaries < least.boundaries) continue;
    if (command.page.after.starts_with(kAws) && marker_of(*found) <= command.page.after) continue;
    policies.push_back(*std::move(found));
  }
  std::ranges::sort(policies, {}, marker_of);
  return policies;
}

}  // namespace

base::Result<model::ManagedPolicy> PolicyService::create(const Scope& scope, const CreatePolicy& command) {
  const auto resource = "policy" + command.path + command.name;
  const auto context = tag_keys(command.tags);
  BERTH_CHECK(require_resource(core_, scope, "iam:CreatePolicy", resource, context));
  if (!command.tags.empty()) BERTH_CHECK(require_resource(core_, scope, "iam:TagPolicy", resource, context));
  BERTH_CHECK(check_policy_name(command.name));
  BERTH_CHECK(check_policy_path(command.path));
  BERTH_CHECK(check_description(command.description));
  BERTH_CHECK(check_tags(command.tags));
  BERTH_CHECK(check_document(command.document, policy::Kind::identity));
  if (document_size(command.document) > kQuotas.policy_size) return over_quota("PolicySize", kQuotas.policy_size);
  const auto now = core_.clock.now();
  const model::ManagedPolicy made{.id = new_id(core_, "ANPA"),
                                  .account = scope.caller.account,
                                  .name = command.name,
                                  .path = command.path,
                                  .description = command.description,
                                  .created = now,
                                  .updated = now,
                                  .tags = command.tags};
  return core_.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<model::ManagedPolicy> {
    BERTH_TRY(const auto count, tx.managed_policies().count(scope.caller.account));
    if (count >= kQuotas.policies) return over_quota("PoliciesPerAccount", kQuotas.policies);
    BERTH_TRY(const bool created, tx.managed_policies().create(made, command.document));
    if (!created) {
      return base::fail(Errc::entity_exists,
                        "A policy called " + made.name + " already exists. Duplicate names are not allowed.");
    }
    BERTH_CHECK(tx.identity_tags().put(made.id, made.tags));
    return made;
  });
}

base::Result<model::ManagedPolicy> PolicyService::get(const Scope& scope, const std::string& arn) {
  BERTH_CHECK(require_policy(core_, scope, "iam:GetPolicy", arn));
  BERTH_CHECK(check_policy_arn(arn));
  return core_.store.read(scope.deadline, [&](meta::Tx& tx) -> base::Result<model::ManagedPolicy> {
    BERTH_TRY(auto found, find_policy(tx, scope.caller.account, arn));
    if (!found) return base::fail(Errc::entity_not_found, "Policy " + arn + " was not found.");
    BERTH_TRY(found->tags, tx.identity_tags().list(found->id));
    return *std::move(found);
  });
}

base::Result<Page<model::ManagedPolicy>> PolicyService::list(const Scope& scope, const ListPolicies& command) {
  BERTH_CHECK(require_any(core_, scope, "iam:ListPolicies"));
  const auto& page = command.page;
  BERTH_CHECK(check_page(page));
  const auto least = wanted(command);
  return core_.store.read(scope.deadline, [&](meta::Tx& tx) -> base::Result<Page<model::ManagedPolicy>> {
    std::vector<model::ManagedPolicy> policies;
    if (command.scope != PolicyScope::aws && !page.after.starts_with(kAws)) {
      BERTH_TRY(policies, tx.managed_policies().list(
                              scope.caller.account,
                              {.path_prefix = page.path_prefix,
                               .min_attachments = least.attachments,
                               .min_boundaries = least.boundaries,
                               .after_name_key = page.after.starts_with(kLocal) ? page.after.substr(kLocal.size()) : "",
                               .limit = page.limit + 1}));
    }
    if (command.scope != PolicyScope::local && policies.size() <= page.limit) {
      BERTH_TRY(auto more, aws_policies(tx, scope.caller.account, command));
      policies.insert(policies.end(), std::move_iterator(more.begin()), std::move_iterator(more.end()));
    }
    return page_of(std::move(policies), page.limit, marker_of);
  });
}

base::Result<void> PolicyService::remove(const Scope& scope, const std::string& arn) {
  BERTH_CHECK(require_policy(core_, scope, "iam:DeletePolicy", arn));
  BERTH_CHECK(check_policy_arn(arn));
  return core_.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<void> {
    BERTH_TRY(const auto found, find_own_policy(tx, scope, "iam:DeletePolicy", arn));
    if (found.attachments + found.boundaries > 0) {
      return base::fail(Errc::delete_conflict, "Cannot delete a policy attached to entities.");
    }
    BERTH_TRY(const auto versions, tx.managed_policies().versions(found.id));
    if (versions.size() > 1) {
      return base::fail(Errc::delete_conflict,
                        "This policy has more than one version. Before you delete a policy, you must delete the "
                        "policy's versions. The default version is deleted with the policy.");
    }
    return tx.managed_policies().remove(found.id);
  });
}

base::Result<Page<model::Entity>> PolicyService::entities(const Scope& scope, const std::string& arn,
                                                          const ListPolicyEntities& command) {
  BERTH_CHECK(require_policy(core_, scope, "iam:ListEntitiesForPolicy", arn));
  BERTH_CHECK(check_policy_arn(arn));
  BERTH_CHECK(check_page(command.page));
  const auto slash = command.page.after.find('/');
  const auto kind = command.page.after.substr(0, slash);
  const auto name = slash == std::string::npos ? std::string() : command.page.after.substr(slash + 1);
  return core_.store.read(scope.deadline, [&](meta::Tx& tx) -> base::Result<Page<model::Entity>> {
    BERTH_TRY(const auto found, find_policy(tx, scope.caller.account, arn));
    if (!found) return base::fail(Errc::entity_not_found, "Policy " + arn + " was not found.");
    BERTH_TRY(auto entities, tx.identities().holders({.account = scope.caller.account,
                                                      .arn = arn,
                                                      .attached = command.usage != PolicyUsage::boundary,
                                                      .boundary = command.usage != PolicyUsage::permissions},
                                                     {.kind = command.kind,
                                                      .path_prefix = command.page.path_prefix,
                                                      .after = {.kind = kind, .name_key = name},
                                                      .limit = command.page.limit + 1}));
    return page_of(std::move(entities), command.page.limit, [](const model::Entity& entity) {
      return std::string(model::name(entity.kind)) + "/" + base::to_lower(entity.name);
    });
  });
}

}  // namespace berth::service::iam
