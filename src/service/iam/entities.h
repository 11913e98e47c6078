// What users, roles and groups have in common. Private to this room: it asks nobody whether the caller may.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "service/iam/common.h"

namespace berth::service::iam {

// entity_not_found in IAM's words.
base::Result<model::Entity> find_entity(meta::Tx& tx, const model::AccountId& account, const EntityRef& ref);
// The same of one that may be changed: entity_unmodifiable for a service-linked role.
base::Result<model::Entity> find_modifiable(meta::Tx& tx, const model::AccountId& account, const EntityRef& ref);

// A role's trust policy is kept with users and roles of this server's accounts by their unique ids, and shown with
// their ARNs as long as they exist (service/stored_principals.h). policy_malformed: it names one who is not there.
base::Result<std::string> stored_trust_policy(meta::Tx& tx, const std::string& document);
base::Result<void> show_trust_policy(meta::Tx& tx, model::Entity& entity);

// With its tags. entity_exists; limit_exceeded; entity_not_found for a boundary that is no policy.
base::Result<model::Entity> create_entity(const Core& core, const Scope& scope, model::Entity entity);
base::Result<Page<model::Entity>> list_entities(const Core& core, const Scope& scope, model::EntityKind kind,
                                                const PageRequest& page);
// Changes what `change` changes of it; entity_exists for a new name that is taken.
base::Result<model::Entity> change_entity(const Core& core, const Scope& scope, const EntityRef& ref,
                                          const std::function<void(model::Entity&)>& change);
// delete_conflict, in the order in which IAM tells what is in the way.
base::Result<void> remove_entity(const Core& core, const Scope& scope, const EntityRef& ref);

// A managed policy, an account's or AWS's, as that account sees it. nullopt: there is none.
base::Result<std::optional<model::ManagedPolicy>> find_policy(meta::Tx& tx, const model::AccountId& account,
                                                              const std::string& arn);
// The same of one that must be there and be the account's own: entity_not_found; access_denied for one of AWS's.
base::Result<model::ManagedPolicy> find_own_policy(meta::Tx& tx, const Scope& scope, std::string_view action,
                                                   const std::string& arn);
std::string policy_name(std::string_view arn);  // what is behind its last '/'

// `items` has up to one more than `limit`; `key` of the last one that stays says where the next page starts.
template <class T, class Key>
Page<T> page_of(std::vector<T> items, std::size_t limit, Key key) {
  Page<T> page{.items = std::move(items), .next = {}};
  if (page.items.size() > limit) {
    page.items.erase(page.items.begin() + static_cast<std::ptrdiff_t>(limit), page.items.end());
    page.next = key(page.items.back());
  }
  return page;
}

// A page of a short list that is all in memory, ascending by `key`.
template <class T, class Key>
Page<T> slice(std::vector<T> items, const PageRequest& page, Key key) {
  std::erase_if(items, [&](const T& item) { return !page.after.empty() && key(item) <= page.after; });
  return page_of(std::move(items), page.limit, key);
}

}  // namespace berth::service::iam
