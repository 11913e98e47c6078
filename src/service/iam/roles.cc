#include "service/iam/roles.h"

#include "service/iam/access.h"
#include "service/iam/entities.h"
#include "service/iam/rules.h"
#include "service/request_keys.h"

namespace berth::service::iam {
namespace {

constexpr auto kRole = model::EntityKind::role;

base::Result<void> check_trust_policy(const std::string& document) {
  BERTH_CHECK(check_document(document, policy::Kind::trust));
  if (document_size(document) > kQuotas.trust_policy_size) {
    return over_quota("ACLSizePerRole", kQuotas.trust_policy_size);
  }
  return {};
}

}  // namespace

base::Result<model::Entity> RoleService::create(const Scope& scope, const CreateRole& command) {
  auto context = tag_keys(command.tags);
  if (command.boundary) context.set("iam:PermissionsBoundary", *command.boundary);
  const auto resource = "role" + command.path + command.name;
  BERTH_CHECK(require_resource(core_, scope, "iam:CreateRole", resource, context));
  if (!command.tags.empty()) BERTH_CHECK(require_resource(core_, scope, "iam:TagRole", resource, context));
  BERTH_CHECK(check_name(role(command.name)));
  BERTH_CHECK(check_path(command.path));
  if (command.path.starts_with("/aws-service-role/")) {
    return base::fail(base::Errc::invalid_input,
                      "Role path '" + command.path + "' is reserved for roles that services own.");
  }
  BERTH_CHECK(check_tags(command.tags));
  if (command.description) BERTH_CHECK(check_description(*command.description));
  if (command.boundary) BERTH_CHECK(check_policy_arn(*command.boundary));
  BERTH_CHECK(check_session_seconds(command.max_session_seconds));
  BERTH_CHECK(check_trust_policy(command.trust_policy));
  return create_entity(core_, scope,
                       {.id = {},
                        .account = scope.caller.account,
                        .kind = kRole,
                        .name = command.name,
                        .path = command.path,
                        .created = {},
                        .boundary = command.boundary,
                        .trust_policy = command.trust_policy,
                        .description = command.description,
                        .max_session_seconds = command.max_session_seconds,
                        .tags = command.tags});
}

base::Result<model::Entity> RoleService::get(const Scope& scope, const std::string& name) {
  BERTH_CHECK(require_entity(core_, scope, "iam:GetRole", role(name)));
  return core_.store.read(scope.deadline, [&](meta::Tx& tx) -> base::Result<model::Entity> {
    BERTH_TRY(auto found, find_entity(tx, scope.caller.account, role(name)));
    BERTH_TRY(found.tags, tx.identity_tags().list(found.id));
    BERTH_CHECK(show_trust_policy(tx, found));
    return found;
  });
}

base::Result<Page<model::Entity>> RoleService::list(const Scope& scope, const PageRequest& page) {
  BERTH_CHECK(require_resource(core_, scope, "iam:ListRoles", "role" + page.path_prefix));
  return list_entities(core_, scope, kRole, page);
}

base::Result<void> RoleService::update(const Scope& scope, const std::string& name,
                                       const std::optional<std::string>& description,
                                       std::optional<std::int64_t> max_session_seconds) {
  BERTH_CHECK(require_entity(core_, scope, "iam:UpdateRole", role(name)));
  if (description) BERTH_CHECK(check_description(*description));
  if (max_session_seconds) BERTH_CHECK(check_session_seconds(*max_session_seconds));
  BERTH_CHECK(change_entity(core_, scope, role(name), [&](model::Entity& entity) {
    if (description) entity.description = description;
    if (max_session_seconds) entity.max_session_seconds = *max_session_seconds;
  }));
  return {};
}

base::Result<model::Entity> RoleService::update_description(const Scope& scope, const std::string& name,
                                                            const std::string& description) {
  BERTH_CHECK(require_entity(core_, scope, "iam:UpdateRoleDescription", role(name)));
  BERTH_CHECK(check_description(description));
  return change_entity(core_, scope, role(name), [&](model::Entity& entity) { entity.description = description; });
}

base::Result<void> RoleService::update_trust_policy(const Scope& scope, const std::string& name,
                                                    const std::string& document) {
  BERTH_CHECK(require_entity(core_, scope, "iam:UpdateAssumeRolePolicy", role(name)));
  BERTH_CHECK(check_trust_policy(document));
  return core_.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<void> {
    BERTH_TRY(auto found, find_modifiable(tx, scope.caller.account, role(name)));
    BERTH_TRY(found.trust_policy, stored_trust_policy(tx, document));
    BERTH_CHECK(tx.identities().update(found));
    return {};
  });
}

base::Result<void> RoleService::remove(const Scope& scope, const std::string& name) {
  BERTH_CHECK(require_entity(core_, scope, "iam:DeleteRole", role(name)));
  return remove_entity(core_, scope, role(name));
}

base::Result<void> RoleService::list_instance_profiles(const Scope& scope, const std::string& name) {
  BERTH_CHECK(require_entity(core_, scope, "iam:ListInstanceProfilesForRole", role(name)));
  return core_.store.read(scope.deadline, [&](meta::Tx& tx) -> base::Result<void> {
    BERTH_CHECK(find_entity(tx, scope.caller.account, role(name)));
    return {};
  });
}

}  // namespace berth::service::iam
