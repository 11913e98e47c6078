#include "service/iam/access.h"

#include <vector>

#include "base/text.h"
#include "service/iam/rules.h"

namespace berth::service::iam {
namespace {

std::string filled_in(std::string_view action, model::EntityKind kind) {
  std::string text(action);
  if (const auto at = text.find('@'); at != std::string::npos) text.replace(at, 1, title(kind));
  return text;
}

void add_resource_tags(policy::Context& context, const std::vector<model::ResourceTag>& tags) {
  for (const auto& [key, value] : tags) {
    context.set("aws:ResourceTag/" + key, value);
    context.set("iam:ResourceTag/" + key, value);
  }
}

// What an ARN belongs to, if that is an account; else the caller's.
model::AccountId owner_of(std::string_view arn, const model::AccountId& caller) {
  const auto parts = base::split(arn, ':');
  if (parts.size() < 6) return caller;
  auto account = model::AccountId::parse(parts[4]);
  return account ? *std::move(account) : caller;
}

}  // namespace

base::Result<void> require_resource(const Core& core, const Scope& scope, std::string_view action,
                                    const std::string& resource, policy::Context context) {
  const auto& account = scope.caller.account;
  return core.require(scope, action, auth::Resource::of_account(account, model::iam_arn(account, resource)),
                      std::move(context));
}

base::Result<void> require_any(const Core& core, const Scope& scope, std::string_view action, policy::Context context) {
  return core.require(scope, action, auth::Resource::of_account(scope.caller.account, "*"), std::move(context));
}

base::Result<void> require_entity(const Core& core, const Scope& scope, std::string_view action,
                                  const EntityRef& entity, policy::Context context) {
  const auto& account = scope.caller.account;
  policy::Context keys;
  auto resource = std::string(model::name(entity.kind)) + "/" + entity.name;
  BERTH_CHECK(core.store.read(scope.deadline, [&](meta::Tx& tx) -> base::Result<void> {
    BERTH_TRY(const auto found, tx.identities().find(account, entity.kind, entity.name));
    if (!found) return {};
    resource = std::string(model::name(entity.kind)) + found->path + found->name;
    BERTH_TRY(const auto tags, tx.identity_tags().list(found->id));
    add_resource_tags(keys, tags);
    if (found->boundary) keys.set("iam:PermissionsBoundary", *found->boundary);
    return {};
  }));
  keys.add(context);
  return require_resource(core, scope, filled_in(action, entity.kind), resource, std::move(keys));
}

base::Result<void> require_policy(const Core& core, const Scope& scope, std::string_view action, const std::string& arn,
                                  policy::Context context) {
  policy::Context keys;
  BERTH_CHECK(core.store.read(scope.deadline, [&](meta::Tx& tx) -> base::Result<void> {
    BERTH_TRY(const auto found, tx.managed_policies().find(arn));
    if (!found) return {};
    BERTH_TRY(const auto tags, tx.identity_tags().list(found->id));
    add_resource_tags(keys, tags);
    return {};
  }));
  keys.add(context);
  return core.require(scope, action, auth::Resource::of_account(owner_of(arn, scope.caller.account), arn),
                      std::move(keys));
}

base::Result<void> require_provider(const Core& core, const Scope& scope, std::string_view action,
                                    const std::string& arn, policy::Context context) {
  policy::Context keys;
  BERTH_CHECK(core.store.read(scope.deadline, [&](meta::Tx& tx) -> base::Result<void> {
    BERTH_TRY(const auto tags, tx.identity_tags().list(arn));
    add_resource_tags(keys, tags);
    return {};
  }));
  keys.add(context);
  return core.require(scope, action, auth::Resource::of_account(owner_of(arn, scope.caller.account), arn),
                      std::move(keys));
}

base::Result<std::string> own_name(const Scope& scope) {
  const auto& arn = scope.caller.arn;
  if (scope.caller.kind != auth::CallerKind::user) {
    return base::fail(base::Errc::validation, "Must specify userName when calling with non-User credentials");
  }
  return arn.substr(arn.rfind('/') + 1);
}

std::string new_id(const Core& core, std::string_view prefix) {
  return std::string(prefix) + crypto::random_text(core.random, 17, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567");
}

}  // namespace berth::service::iam
