#include "service/iam/users.h"

#include "base/text.h"
#include "service/iam/access.h"
#include "service/iam/entities.h"
#include "service/iam/rules.h"
#include "service/request_keys.h"

namespace berth::service::iam {
namespace {

constexpr auto kUser = model::EntityKind::user;
constexpr auto kGroup = model::EntityKind::group;

std::string key_of(const model::Entity& entity) { return base::to_lower(entity.name); }

std::string resource_of(model::EntityKind kind, const std::string& path, const std::string& name) {
  return std::string(model::name(kind)) + path + name;
}

// UpdateUser and UpdateGroup ask for the old and for the new name.
base::Result<void> rename(const Core& core, const Scope& scope, const EntityRef& ref, const Rename& change) {
  BERTH_CHECK(require_entity(core, scope, "iam:Update@", ref));
  if (change.name) BERTH_CHECK(check_name({ref.kind, *change.name}));
  if (change.path) BERTH_CHECK(check_path(*change.path));
  BERTH_TRY(const auto current,
            core.store.read(scope.deadline, [&](meta::Tx& tx) { return find_entity(tx, scope.caller.account, ref); }));
  BERTH_CHECK(
      require_resource(core, scope, "iam:Update" + std::string(title(ref.kind)),
                       resource_of(ref.kind, change.path.value_or(current.path), change.name.value_or(current.name))));
  BERTH_CHECK(change_entity(core, scope, ref, [&](model::Entity& entity) {
    if (change.name) entity.name = *change.name;
    if (change.path) entity.path = *change.path;
  }));
  return {};
}

}  // namespace

base::Result<model::Entity> UserService::create(const Scope& scope, const CreateUser& command) {
  auto context = tag_keys(command.tags);
  if (command.boundary) context.set("iam:PermissionsBoundary", *command.boundary);
  const auto resource = resource_of(kUser, command.path, command.name);
  BERTH_CHECK(require_resource(core_, scope, "iam:CreateUser", resource, context));
  if (!command.tags.empty()) BERTH_CHECK(require_resource(core_, scope, "iam:TagUser", resource, context));
  BERTH_CHECK(check_name(user(command.name)));
  BERTH_CHECK(check_path(command.path));
  BERTH_CHECK(check_tags(command.tags));
  if (command.boundary) BERTH_CHECK(check_policy_arn(*command.boundary));
  return create_entity(core_, scope,
                       {.id = {},
                        .account = scope.caller.account,
                        .kind = kUser,
                        .name = command.name,
                        .path = command.path,
                        .created = {},
                        .boundary = command.boundary,
                        .tags = command.tags});
}

base::Result<model::Entity> UserService::get(const Scope& scope, const std::optional<std::string>& name) {
  const auto own = name ? base::Result<std::string>(*name) : own_name(scope);
  const auto ref = user(own.value_or("*"));
  BERTH_CHECK(require_entity(core_, scope, "iam:GetUser", ref));
  if (!own) return std::unexpected(own.error());
  return core_.store.read(scope.deadline, [&](meta::Tx& tx) -> base::Result<model::Entity> {
    BERTH_TRY(auto found, find_entity(tx, scope.caller.account, ref));
    BERTH_TRY(found.tags, tx.identity_tags().list(found.id));
    return found;
  });
}

base::Result<Page<model::Entity>> UserService::list(const Scope& scope, const PageRequest& page) {
  BERTH_CHECK(require_resource(core_, scope, "iam:ListUsers", "user" + page.path_prefix));
  return list_entities(core_, scope, kUser, page);
}

base::Result<void> UserService::update(const Scope& scope, const std::string& name, const Rename& change) {
  return rename(core_, scope, user(name), change);
}

base::Result<void> UserService::remove(const Scope& scope, const std::string& name) {
  BERTH_CHECK(require_entity(core_, scope, "iam:DeleteUser", user(name)));
  return remove_entity(core_, scope, user(name));
}

base::Result<Page<model::Entity>> UserService::groups_of(const Scope& scope, const std::string& name,
                                                         const PageRequest& page) {
  BERTH_CHECK(require_entity(core_, scope, "iam:ListGroupsForUser", user(name)));
  BERTH_CHECK(check_page(page));
  return core_.store.read(scope.deadline, [&](meta::Tx& tx) -> base::Result<Page<model::Entity>> {
    BERTH_TRY(const auto found, find_entity(tx, scope.caller.account, user(name)));
    BERTH_TRY(auto groups, tx.identities().groups_of(found.id, page.after, page.limit + 1));
    return page_of(std::move(groups), page.limit, key_of);
  });
}

base::Result<model::Entity> GroupService::create(const Scope& scope, const std::string& name, const std::string& path) {
  BERTH_CHECK(require_resource(core_, scope, "iam:CreateGroup", resource_of(kGroup, path, name)));
  BERTH_CHECK(check_name(group(name)));
  BERTH_CHECK(check_path(path));
  return create_entity(
      core_, scope,
      {.id = {}, .account = scope.caller.account, .kind = kGroup, .name = name, .path = path, .created = {}});
}

base::Result<GroupMembers> GroupService::get(const Scope& scope, const std::string& name, const PageRequest& page) {
  BERTH_CHECK(require_entity(core_, scope, "iam:GetGroup", group(name)));
  BERTH_CHECK(check_page(page));
  return core_.store.read(scope.deadline, [&](meta::Tx& tx) -> base::Result<GroupMembers> {
    BERTH_TRY(auto found, find_entity(tx, scope.caller.account, group(name)));
    BERTH_TRY(auto users, tx.identities().members(found.id, page.after, page.limit + 1));
    return GroupMembers{.group = std::move(found), .users = page_of(std::move(users), page.limit, key_of)};
  });
}

base::Result<Page<model::Entity>> GroupService::list(const Scope& scope, const PageRequest& page) {
  BERTH_CHECK(require_resource(core_, scope, "iam:ListGroups", "group" + page.path_prefix));
  return list_entities(core_, scope, kGroup, page);
}

base::Result<void> GroupService::update(const Scope& scope, const std::string& name, const Rename& change) {
  return rename(core_, scope, group(name), change);
}

base::Result<void> GroupService::remove(const Scope& scope, const std::string& name) {
  BERTH_CHECK(require_entity(core_, scope, "iam:DeleteGroup", group(name)));
  return remove_entity(core_, scope, group(name));
}

base::Result<void> GroupService::add_user(const Scope& scope, const std::string& name, const std::string& member) {
  BERTH_CHECK(require_entity(core_, scope, "iam:AddUserToGroup", group(name)));
  return core_.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<void> {
    BERTH_TRY(const auto into, find_entity(tx, scope.caller.account, group(name)));
    BERTH_TRY(const auto who, find_entity(tx, scope.caller.account, user(member)));
    BERTH_CHECK(tx.identities().join(into.id, who.id));
    BERTH_TRY(const auto groups, tx.identities().count_groups_of(who.id));
    if (groups > kQuotas.groups_of_user) return over_quota("GroupsPerUser", kQuotas.groups_of_user);
    return {};
  });
}

base::Result<void> GroupService::remove_user(const Scope& scope, const std::string& name, const std::string& member) {
  BERTH_CHECK(require_entity(core_, scope, "iam:RemoveUserFromGroup", group(name)));
  return core_.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<void> {
    BERTH_TRY(const auto from, find_entity(tx, scope.caller.account, group(name)));
    BERTH_TRY(const auto who, find_entity(tx, scope.caller.account, user(member)));
    BERTH_CHECK(tx.identities().leave(from.id, who.id));
    return {};
  });
}

}  // namespace berth::service::iam
