#include "service/iam/entity_policies.h"

#include "service/iam/access.h"
#include "service/iam/entities.h"
#include "service/iam/rules.h"

namespace berth::service::iam {
namespace {

using base::Errc;
using model::EntityKind;

std::int64_t inline_quota(EntityKind kind) {
  switch (kind) {
    case EntityKind::user: return kQuotas.inline_of_user;
    case EntityKind::role: return kQuotas.inline_of_role;
    case EntityKind::group: return kQuotas.inline_of_group;
  }
  return 0;
}

std::unexpected<base::Error> no_inline(EntityKind kind, const std::string& policy) {
  return base::fail(Errc::entity_not_found,
                    "The " + std::string(model::name(kind)) + " policy with name " + policy + " cannot be found.");
}

policy::Context policy_arn(const std::string& arn) { return {{"iam:PolicyARN", arn}}; }

base::Result<model::ManagedPolicy> find_attachable(meta::Tx& tx, const model::AccountId& account,
                                                   const std::string& arn) {
  BERTH_TRY(auto found, find_policy(tx, account, arn));
  if (!found) {
    return base::fail(Errc::entity_not_found, "Policy " + arn + " does not exist or is not attachable.");
  }
  if (!found->account && found->path == "/aws-service-role/") {
    return base::fail(Errc::policy_not_attachable, "Cannot attach a Service Role Policy to a Customer Role.");
  }
  return *std::move(found);
}

// "/path/" out of arn:aws:iam::A:policy/path/name.
std::string_view path_of(std::string_view arn) {
  constexpr std::string_view kPolicy = ":policy";
  arn.remove_prefix(arn.find(kPolicy) + kPolicy.size());
  return arn.substr(0, arn.rfind('/') + 1);
}

}  // namespace

base::Result<void> EntityPolicyService::put_inline(const Scope& scope, const EntityRef& entity,
                                                   const model::InlinePolicy& policy) {
  BERTH_CHECK(require_entity(core_, scope, "iam:Put@Policy", entity));
  BERTH_CHECK(check_policy_name(policy.name));
  BERTH_CHECK(check_document(policy.document, policy::Kind::identity));
  return core_.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<void> {
    BERTH_TRY(const auto found, find_modifiable(tx, scope.caller.account, entity));
    BERTH_CHECK(tx.entity_policies().put_inline(found.id, policy));
    BERTH_TRY(const auto all, tx.entity_policies().list_inline(found.id));
    std::int64_t size = 0;
    for (const auto& one : all) size += document_size(one.document);
    if (size > inline_quota(entity.kind)) {
      return base::fail(Errc::limit_exceeded, "Maximum policy size of " + std::to_string(inline_quota(entity.kind)) +
                                                  " bytes exceeded for " + std::string(model::name(entity.kind)) + " " +
                                                  found.name);
    }
    return {};
  });
}

base::Result<model::InlinePolicy> EntityPolicyService::get_inline(const Scope& scope, const EntityRef& entity,
                                                                  const std::string& policy) {
  BERTH_CHECK(require_entity(core_, scope, "iam:Get@Policy", entity));
  return core_.store.read(scope.deadline, [&](meta::Tx& tx) -> base::Result<model::InlinePolicy> {
    BERTH_TRY(const auto owner, find_entity(tx, scope.caller.account, entity));
    BERTH_TRY(auto found, tx.entity_policies().find_inline(owner.id, policy));
    if (!found) return no_inline(entity.kind, policy);
    return *std::move(found);
  });
}

base::Result<Page<std::string>> EntityPolicyService::list_inline(const Scope& scope, const EntityRef& entity,
                                                                 const PageRequest& page) {
  BERTH_CHECK(require_entity(core_, scope, "iam:List@Policies", entity));
  BERTH_CHECK(check_page(page));
  return core_.store.read(scope.deadline, [&](meta::Tx& tx) -> base::Result<Page<std::string>> {
    BERTH_TRY(const auto owner, find_entity(tx, scope.caller.account, entity));
    BERTH_TRY(const auto policies, tx.entity_policies().list_inline(owner.id));
    std::vector<std::string> names;
    for (const auto& policy : policies) names.push_back(policy.name);
    return slice(std::move(names), page, [](const std::string& name) { return name; });
  });
}

base::Result<void> EntityPolicyService::remove_inline(const Scope& scope, const EntityRef& entity,
                                                      const std::string& policy) {
  BERTH_CHECK(require_entity(core_, scope, "iam:Delete@Policy", entity));
  return core_.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<void> {
    BERTH_TRY(const auto owner, find_modifiable(tx, scope.caller.account, entity));
    BERTH_TRY(const bool removed, tx.entity_policies().remove_inline(owner.id, policy));
    if (!removed) return no_inline(entity.kind, policy);
    return {};
  });
}

base::Result<void> EntityPolicyService::attach(const Scope& scope, const EntityRef& entity, const std::string& arn) {
  BERTH_CHECK(require_entity(core_, scope, "iam:Attach@Policy", entity, policy_arn(arn)));
  BERTH_CHECK(check_policy_arn(arn));
  return core_.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<void> {
    BERTH_TRY(const auto owner, find_modifiable(tx, scope.caller.account, entity));
    BERTH_CHECK(find_attachable(tx, scope.caller.account, arn));
    BERTH_CHECK(tx.entity_policies().attach(owner.id, arn));
    BERTH_TRY(const auto all, tx.entity_policies().attached(owner.id));
    if (std::cmp_greater(all.size(), kQuotas.attached)) {
      return over_quota("PoliciesPer" + std::string(title(entity.kind)), kQuotas.attached);
    }
    return {};
  });
}

base::Result<void> EntityPolicyService::detach(const Scope& scope, const EntityRef& entity, const std::string& arn) {
  BERTH_CHECK(require_entity(core_, scope, "iam:Detach@Policy", entity, policy_arn(arn)));
  BERTH_CHECK(check_policy_arn(arn));
  return core_.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<void> {
    BERTH_TRY(const auto owner, find_modifiable(tx, scope.caller.account, entity));
    BERTH_TRY(const bool detached, tx.entity_policies().detach(owner.id, arn));
    if (!detached) return base::fail(Errc::entity_not_found, "Policy " + arn + " was not found.");
    return {};
  });
}

base::Result<Page<model::AttachedPolicy>> EntityPolicyService::list_attached(const Scope& scope,
                                                                             const EntityRef& entity,
                                                                             const PageRequest& page) {
  BERTH_CHECK(require_entity(core_, scope, "iam:ListAttached@Policies", entity));
  BERTH_CHECK(check_page(page));
  return core_.store.read(scope.deadline, [&](meta::Tx& tx) -> base::Result<Page<model::AttachedPolicy>> {
    BERTH_TRY(const auto owner, find_entity(tx, scope.caller.account, entity));
    BERTH_TRY(const auto arns, tx.entity_policies().attached(owner.id));
    std::vector<model::AttachedPolicy> policies;
    for (const auto& arn : arns) {
      if (path_of(arn).starts_with(page.path_prefix)) policies.push_back({.name = policy_name(arn), .arn = arn});
    }
    return slice(std::move(policies), page, [](const auto& policy) { return policy.arn; });
  });
}

base::Result<void> EntityPolicyService::put_boundary(const Scope& scope, const EntityRef& entity,
                                                     const std::string& arn) {
  BERTH_CHECK(require_entity(core_, scope, "iam:Put@PermissionsBoundary", entity, {{"iam:PermissionsBoundary", arn}}));
  if (entity.kind == EntityKind::group) return base::fail(Errc::invalid_input, "A group has no permissions boundary.");
  BERTH_CHECK(check_policy_arn(arn));
  return core_.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<void> {
    BERTH_TRY(auto owner, find_modifiable(tx, scope.caller.account, entity));
    BERTH_CHECK(find_attachable(tx, scope.caller.account, arn));
    owner.boundary = arn;
    BERTH_CHECK(tx.identities().update(owner));
    return {};
  });
}

base::Result<void> EntityPolicyService::remove_boundary(const Scope& scope, const EntityRef& entity) {
  BERTH_CHECK(require_entity(core_, scope, "iam:Delete@PermissionsBoundary", entity));
  if (entity.kind == EntityKind::group) return base::fail(Errc::invalid_input, "A group has no permissions boundary.");
  return core_.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<void> {
    BERTH_TRY(auto owner, find_modifiable(tx, scope.caller.account, entity));
    owner.boundary = std::nullopt;
    BERTH_CHECK(tx.identities().update(owner));
    return {};
  });
}

}  // namespace berth::service::iam
