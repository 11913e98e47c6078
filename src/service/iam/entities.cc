#include "service/iam/entities.h"

#include "base/text.h"
#include "policy/managed.h"
#include "policy/principals.h"
#include "service/iam/access.h"
#include "service/iam/rules.h"
#include "service/stored_principals.h"

namespace berth::service::iam {
namespace {

using base::Errc;
using model::EntityKind;

std::int64_t quota_of(EntityKind kind) {
  switch (kind) {
    case EntityKind::user: return kQuotas.users;
    case EntityKind::role: return kQuotas.roles;
    case EntityKind::group: return kQuotas.groups;
  }
  return 0;
}

std::string_view id_prefix(EntityKind kind) {
  switch (kind) {
    case EntityKind::user: return "AIDA";
    case EntityKind::role: return "AROA";
    case EntityKind::group: return "AGPA";
  }
  return {};
}

std::unexpected<base::Error> exists(const model::Entity& entity) {
  return base::fail(Errc::entity_exists,
                    std::string(title(entity.kind)) + " with name " + entity.name + " already exists.");
}

// What hangs on an entity and must go before it.
base::Result<void> check_free(meta::Tx& tx, const model::Entity& entity) {
  const auto in_the_way = [](std::string_view what) {
    return base::fail(Errc::delete_conflict, "Cannot delete entity, must " + std::string(what) + " first.");
  };
  if (entity.kind == EntityKind::group) {
    BERTH_TRY(const auto members, tx.identities().members(entity.id, "", 1));
    if (!members.empty()) return in_the_way("remove users from group");
  }
  BERTH_TRY(const auto attached, tx.entity_policies().attached(entity.id));
  if (!attached.empty()) return in_the_way("detach all policies");
  BERTH_TRY(const auto inlined, tx.entity_policies().list_inline(entity.id));
  if (!inlined.empty()) return in_the_way("delete policies");
  if (entity.kind == EntityKind::user) {
    BERTH_TRY(const auto keys, tx.access_keys().list(entity.id));
    if (!keys.empty()) return in_the_way("delete access keys");
    BERTH_TRY(const auto groups, tx.identities().count_groups_of(entity.id));
    if (groups > 0) return in_the_way("remove users from group");
  }
  return {};
}

}  // namespace

base::Result<model::Entity> find_entity(meta::Tx& tx, const model::AccountId& account, const EntityRef& ref) {
  BERTH_TRY(auto found, tx.identities().find(account, ref.kind, ref.name));
  if (found) return *std::move(found);
  return base::fail(Errc::entity_not_found,
                    "The " + std::string(model::name(ref.kind)) + " with name " + ref.name + " cannot be found.");
}

base::Result<model::Entity> find_modifiable(meta::Tx& tx, const model::AccountId& account, const EntityRef& ref) {
  BERTH_TRY(auto entity, find_entity(tx, account, ref));
  if (!entity.service) return entity;
  return base::fail(Errc::entity_unmodifiable, "Cannot perform the operation on the protected role '" + entity.name +
                                                   "' - this role is only modifiable by AWS");
}

base::Result<std::string> stored_trust_policy(meta::Tx& tx, const std::string& document) {
  BERTH_TRY(const auto parsed, policy::Document::parse(document, policy::Kind::trust));
  if (policy::principals_of(*parsed).empty()) return document;  // as it was written
  const auto stored = store_principals(tx, *parsed);
  if (stored) return (*stored)->print();
  if (stored.error().code != Errc::entity_not_found) return std::unexpected(stored.error());
  return base::fail(Errc::policy_malformed, "Invalid principal in policy: \"AWS\":\"" + stored.error().message + "\"");
}

base::Result<void> show_trust_policy(meta::Tx& tx, model::Entity& entity) {
  const auto& document = entity.trust_policy;
  if (!document.contains("AIDA") && !document.contains("AROA")) return {};
  BERTH_TRY(const auto parsed, policy::Document::parse(document, policy::Kind::trust));
  BERTH_TRY(const auto shown, show_principals(tx, *parsed));
  entity.trust_policy = shown->print();
  return {};
}

base::Result<model::Entity> create_entity(const Core& core, const Scope& scope, model::Entity entity) {
  entity.id = new_id(core, id_prefix(entity.kind));
  entity.created = core.clock.now();
  return core.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<model::Entity> {
    BERTH_TRY(const auto count, tx.identities().count(entity.account, entity.kind));
    if (count >= quota_of(entity.kind)) {
      return over_quota(std::string(title(entity.kind)) + "sPerAccount", quota_of(entity.kind));
    }
    if (entity.boundary) {
      BERTH_TRY(const auto boundary, find_policy(tx, entity.account, *entity.boundary));
      if (!boundary) {
        return base::fail(Errc::entity_not_found,
                          "Scope ARN: " + *entity.boundary + " does not exist or is not attachable.");
      }
    }
    auto stored = entity;
    if (entity.kind == EntityKind::role) {
      BERTH_TRY(stored.trust_policy, stored_trust_policy(tx, entity.trust_policy));
    }
    BERTH_TRY(const bool created, tx.identities().create(stored));
    if (!created) return exists(entity);
    BERTH_CHECK(tx.identity_tags().put(entity.id, entity.tags));
    return entity;
  });
}

base::Result<Page<model::Entity>> list_entities(const Core& core, const Scope& scope, EntityKind kind,
                                                const PageRequest& page) {
  BERTH_CHECK(check_page(page));
  return core.store.read(scope.deadline, [&](meta::Tx& tx) -> base::Result<Page<model::Entity>> {
    BERTH_TRY(auto entities,
              tx.identities().list(scope.caller.account,
                                   {.kind = kind,
                                    .path_prefix = page.path_prefix,
                                    .after = {.kind = std::string(model::name(kind)), .name_key = page.after},
                                    .limit = page.limit + 1}));
    for (auto& entity : entities) BERTH_CHECK(show_trust_policy(tx, entity));
    return page_of(std::move(entities), page.limit, [](const auto& entity) { return base::to_lower(entity.name); });
  });
}

base::Result<model::Entity> change_entity(const Core& core, const Scope& scope, const EntityRef& ref,
                                          const std::function<void(model::Entity&)>& change) {
  return core.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<model::Entity> {
    BERTH_TRY(auto entity, find_modifiable(tx, scope.caller.account, ref));
    change(entity);
    BERTH_TRY(const bool updated, tx.identities().update(entity));
    if (!updated) return exists(entity);
    BERTH_CHECK(show_trust_policy(tx, entity));
    return entity;
  });
}

base::Result<void> remove_entity(const Core& core, const Scope& scope, const EntityRef& ref) {
  return core.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<void> {
    BERTH_TRY(const auto entity, find_modifiable(tx, scope.caller.account, ref));
    BERTH_CHECK(check_free(tx, entity));
    return tx.identities().remove(entity.id);
  });
}

base::Result<std::optional<model::ManagedPolicy>> find_policy(meta::Tx& tx, const model::AccountId& account,
                                                              const std::string& arn) {
  const auto* aws = policy::find_managed(arn);
  if (!aws) {
    BERTH_TRY(auto found, tx.managed_policies().find(arn));
    if (found && found->account != account) return std::nullopt;
    return found;
  }
  BERTH_TRY(const auto usage, tx.managed_policies().usage(account, arn));
  BERTH_TRY(const auto version, version_number(aws->version));
  return model::ManagedPolicy{.id = std::string(aws->id),
                              .account = {},
                              .name = std::string(aws->name),
                              .path = std::string(aws->path),
                              .description = std::string(aws->description),
                              .created = aws->created,
                              .updated = aws->updated,
                              .default_version = version,
                              .attachments = usage.attachments,
                              .boundaries = usage.boundaries};
}

base::Result<model::ManagedPolicy> find_own_policy(meta::Tx& tx, const Scope& scope, std::string_view action,
                                                   const std::string& arn) {
  BERTH_TRY(auto found, find_policy(tx, scope.caller.account, arn));
  if (!found) return base::fail(Errc::entity_not_found, "Policy " + arn + " was not found.");
  if (found->account) return *std::move(found);
  std::string text = "User: " + scope.caller.arn + " is not authorized to perform: ";
  return base::fail(Errc::access_denied, text.append(action).append(" on resource: policy ").append(arn));
}

std::string policy_name(std::string_view arn) { return std::string(arn.substr(arn.rfind('/') + 1)); }

}  // namespace berth::service::iam
