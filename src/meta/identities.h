// Users, roles and groups, and who is in which group. One table for all three.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "model/identity.h"
#include "sql/database.h"

namespace berth::meta {

// Where a page starts: after this one. Entities go by kind, then by name in lower case.
struct EntityPosition {
  std::string kind;
  std::string name_key;

  static EntityPosition of(const model::Entity& entity);
};

struct EntityPage {
  std::optional<model::EntityKind> kind;  // none: all
  std::string path_prefix = "/";          // of printable ASCII
  EntityPosition after;
  std::size_t limit = 0;
};

// Which entities hang on a managed policy, and how.
struct PolicyHolders {
  model::AccountId account;
  std::string arn;
  bool attached = true;
  bool boundary = true;
};

// Every change but mark_used() moves the authorization version (authorization.h).
class Identities {
 public:
  explicit Identities(sql::Tx& tx) : tx_(tx) {}

  base::Result<bool> create(const model::Entity& entity);  // false: the name is taken, in any case. Not its tags
  base::Result<std::optional<model::Entity>> find(const model::AccountId& account, model::EntityKind kind,
                                                  const std::string& name);  // in any case
  base::Result<std::optional<model::Entity>> find(const std::string& id);
  base::Result<std::vector<model::Entity>> list(const model::AccountId& account, const EntityPage& page);
  base::Result<std::int64_t> count(const model::AccountId& account, model::EntityKind kind);
  // Everything but id, account, kind and tags. false: the new name is taken.
  base::Result<bool> update(const model::Entity& entity);
  base::Result<void> remove(const std::string& id);  // with its policies, attachments, memberships, keys and tags
  base::Result<void> mark_used(const std::string& id, const model::LastUse& use);
  base::Result<std::vector<model::Entity>> holders(const PolicyHolders& of, const EntityPage& page);

  base::Result<void> join(const std::string& group, const std::string& user);  // ids
  base::Result<bool> leave(const std::string& group, const std::string& user);
  base::Result<std::vector<model::Entity>> groups_of(const std::string& user, const std::string& after_name_key,
                                                     std::size_t limit);
  base::Result<std::vector<model::Entity>> members(const std::string& group, const std::string& after_name_key,
                                                   std::size_t limit);
  base::Result<std::int64_t> count_groups_of(const std::string& user);

 private:
  sql::Tx& tx_;
};

// Tags of entities and managed policies by their id, of OIDC providers by their ARN. Keys are the same in any case.
class IdentityTags {
 public:
  explicit IdentityTags(sql::Tx& tx) : tx_(tx) {}

  base::Result<void> put(const std::string& owner, const std::vector<model::ResourceTag>& tags);
  base::Result<void> remove(const std::string& owner, const std::vector<std::string>& keys);
  base::Result<std::vector<model::ResourceTag>> list(const std::string& owner);  // ascending by key in lower case

 private:
  sql::Tx& tx_;
};

}  // namespace berth::meta
