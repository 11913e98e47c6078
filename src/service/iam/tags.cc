#include "service/iam/tags.h"

#include "base/text.h"
#include "service/iam/access.h"
#include "service/iam/entities.h"
#include "service/iam/rules.h"
#include "service/request_keys.h"

namespace berth::service::iam {
namespace {

using Kind = Taggable::Kind;

std::string_view suffix(Kind kind) {
  switch (kind) {
    case Kind::user: return "User";
    case Kind::role: return "Role";
    case Kind::policy: return "Policy";
    case Kind::oidc_provider: return "OpenIDConnectProvider";
  }
  return {};
}

base::Result<void> require_owner(const Core& core, const Scope& scope, std::string_view verb, const Taggable& owner,
                                 policy::Context context, std::string_view ending = "") {
  const auto action = std::string("iam:").append(verb).append(suffix(owner.kind)).append(ending);
  switch (owner.kind) {
    case Kind::user: return require_entity(core, scope, action, user(owner.name), std::move(context));
    case Kind::role: return require_entity(core, scope, action, role(owner.name), std::move(context));
    case Kind::policy: return require_policy(core, scope, action, owner.name, std::move(context));
    case Kind::oidc_provider: return require_provider(core, scope, action, owner.name, std::move(context));
  }
  return {};
}

// Under which id its tags are kept. `changing`: it must be something that may be changed.
base::Result<std::string> key_of(meta::Tx& tx, const Scope& scope, const Taggable& owner, bool changing) {
  const auto& account = scope.caller.account;
  switch (owner.kind) {
    case Kind::user:
    case Kind::role: {
      const auto ref = owner.kind == Kind::user ? user(owner.name) : role(owner.name);
      BERTH_TRY(const auto found, find_entity(tx, account, ref));
      return found.id;
    }
    case Kind::policy: {
      if (changing) {
        BERTH_TRY(const auto own, find_own_policy(tx, scope, "iam:TagPolicy", owner.name));
        return own.id;
      }
      BERTH_TRY(const auto found, find_policy(tx, account, owner.name));
      if (!found) return base::fail(base::Errc::entity_not_found, "Policy " + owner.name + " was not found.");
      return found->id;
    }
    case Kind::oidc_provider: {
      BERTH_TRY(const auto found, tx.oidc_providers().find(owner.name));
      if (!found || found->account != account) {
        return base::fail(base::Errc::entity_not_found, "OpenIDConnect Provider not found for arn " + owner.name);
      }
      return owner.name;
    }
  }
  return {};
}

}  // namespace

base::Result<void> TagService::tag(const Scope& scope, const Taggable& owner,
                                   const std::vector<model::ResourceTag>& tags) {
  BERTH_CHECK(require_owner(core_, scope, "Tag", owner, tag_keys(tags)));
  BERTH_CHECK(check_tags(tags));
  return core_.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<void> {
    BERTH_TRY(const auto key, key_of(tx, scope, owner, true));
    BERTH_CHECK(tx.identity_tags().put(key, tags));
    BERTH_TRY(const auto all, tx.identity_tags().list(key));
    if (std::cmp_greater(all.size(), kQuotas.tags)) {
      return over_quota("TagsPer" + std::string(suffix(owner.kind)), kQuotas.tags);
    }
    return {};
  });
}

base::Result<void> TagService::untag(const Scope& scope, const Taggable& owner, const std::vector<std::string>& keys) {
  BERTH_CHECK(require_owner(core_, scope, "Untag", owner, tag_keys(keys)));
  BERTH_CHECK(check_tag_keys(keys));
  return core_.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<void> {
    BERTH_TRY(const auto key, key_of(tx, scope, owner, true));
    return tx.identity_tags().remove(key, keys);
  });
}

base::Result<Page<model::ResourceTag>> TagService::list(const Scope& scope, const Taggable& owner,
                                                        const PageRequest& page) {
  BERTH_CHECK(require_owner(core_, scope, "List", owner, {}, "Tags"));
  BERTH_CHECK(check_page(page));
  return core_.store.read(scope.deadline, [&](meta::Tx& tx) -> base::Result<Page<model::ResourceTag>> {
    BERTH_TRY(const auto key, key_of(tx, scope, owner, false));
    BERTH_TRY(auto tags, tx.identity_tags().list(key));
    return slice(std::move(tags), page, [](const auto& tag) { return base::to_lower(tag.key); });
  });
}

}  // namespace berth::service::iam
