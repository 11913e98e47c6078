#include "service/iam/access_keys.h"

#include "auth/access_key.h"
#include "service/iam/access.h"
#include "service/iam/entities.h"
#include "service/iam/rules.h"

namespace berth::service::iam {
namespace {

// Whose keys these are about. Asks before it complains that nobody was named.
base::Result<EntityRef> require_user(const Core& core, const Scope& scope, std::string_view action,
                                     const std::optional<std::string>& name) {
  const auto own = name ? base::Result<std::string>(*name) : own_name(scope);
  BERTH_CHECK(require_entity(core, scope, action, user(own.value_or("*"))));
  if (!own) return std::unexpected(own.error());
  return user(*own);
}

// A key of that user.
base::Result<model::AccessKeyInfo> find_key(meta::Tx& tx, const Scope& scope, const EntityRef& ref,
                                            const std::string& id) {
  BERTH_TRY(const auto owner, find_entity(tx, scope.caller.account, ref));
  BERTH_TRY(auto found, tx.access_keys().find(id));
  if (!found || found->owner.id != owner.id) {
    return base::fail(base::Errc::entity_not_found, "The Access Key with id " + id + " cannot be found.");
  }
  return std::move(found->key.info);
}

}  // namespace

base::Result<NewKey> AccessKeyService::create(const Scope& scope, const std::optional<std::string>& name) {
  BERTH_TRY(const auto ref, require_user(core_, scope, "iam:CreateAccessKey", name));
  auto made = auth::make_access_key(core_.random);
  meta::AccessKey row{.info = {.id = made.id, .user = ref.name, .created = core_.clock.now()},
                      .sealed_secret = auth::seal_secret(keys_, made.id, made.secret, core_.random)};
  BERTH_CHECK(core_.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<void> {
    BERTH_TRY(const auto owner, find_entity(tx, scope.caller.account, ref));
    BERTH_TRY(const auto keys, tx.access_keys().list(owner.id));
    if (std::cmp_greater_equal(keys.size(), kQuotas.access_keys)) {
      return over_quota("AccessKeysPerUser", kQuotas.access_keys);
    }
    row.info.user = owner.name;
    return tx.access_keys().put(owner.id, row);
  }));
  return NewKey{.info = std::move(row.info), .secret = std::move(made.secret)};
}

base::Result<Page<model::AccessKeyInfo>> AccessKeyService::list(const Scope& scope,
                                                                const std::optional<std::string>& name,
                                                                const PageRequest& page) {
  BERTH_TRY(const auto ref, require_user(core_, scope, "iam:ListAccessKeys", name));
  BERTH_CHECK(check_page(page));
  return core_.store.read(scope.deadline, [&](meta::Tx& tx) -> base::Result<Page<model::AccessKeyInfo>> {
    BERTH_TRY(const auto owner, find_entity(tx, scope.caller.account, ref));
    BERTH_TRY(auto keys, tx.access_keys().list(owner.id));
    return slice(std::move(keys), page, [](const auto& key) { return key.id; });
  });
}

base::Result<void> AccessKeyService::set_active(const Scope& scope, const std::optional<std::string>& name,
                                                const std::string& id, bool active) {
  BERTH_TRY(const auto ref, require_user(core_, scope, "iam:UpdateAccessKey", name));
  return core_.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<void> {
    BERTH_TRY(const auto key, find_key(tx, scope, ref, id));
    return tx.access_keys().set_active(key.id, active);
  });
}

base::Result<void> AccessKeyService::remove(const Scope& scope, const std::optional<std::string>& name,
                                            const std::string& id) {
  BERTH_TRY(const auto ref, require_user(core_, scope, "iam:DeleteAccessKey", name));
  return core_.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<void> {
    BERTH_TRY(const auto key, find_key(tx, scope, ref, id));
    return tx.access_keys().remove(key.id);
  });
}

base::Result<KeyUse> AccessKeyService::last_used(const Scope& scope, const std::string& id) {
  const auto find = [&](meta::Tx& tx) { return tx.access_keys().find(id); };
  BERTH_TRY(const auto found, core_.store.read(scope.deadline, find));
  const bool own = found && found->owner.account == scope.caller.account;
  BERTH_CHECK(require_entity(core_, scope, "iam:GetAccessKeyLastUsed", user(own ? found->owner.name : "*")));
  if (!own) {
    return base::fail(base::Errc::access_denied, "User: " + scope.caller.arn +
                                                     " is not authorized to perform: iam:GetAccessKeyLastUsed on "
                                                     "resource: access key " +
                                                     id);
  }
  return KeyUse{.user = found->owner.name, .last_use = found->key.info.last_use};
}

}  // namespace berth::service::iam
