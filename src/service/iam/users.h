// Users and groups: their life, and who is in which.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "service/iam/common.h"

namespace berth::service::iam {

struct CreateUser {
  std::string name;
  std::string path = "/";
  std::optional<std::string> boundary{};  // ARN of a managed policy
  std::vector<model::ResourceTag> tags{};
};

// UpdateUser, UpdateGroup: absent members stay.
struct Rename {
  std::optional<std::string> name;
  std::optional<std::string> path;
};

// Stateless; safe from any thread; `core` outlives it. Errors: entity_not_found for an unknown name, and as said.
class UserService {
 public:
  explicit UserService(const Core& core) : core_(core) {}

  base::Result<model::Entity> create(const Scope& scope, const CreateUser& command);  // entity_exists, limit_exceeded
  // With its tags. Without a name: the user who asks; `validation` if that is none.
  base::Result<model::Entity> get(const Scope& scope, const std::optional<std::string>& name);
  base::Result<Page<model::Entity>> list(const Scope& scope, const PageRequest& page);
  base::Result<void> update(const Scope& scope, const std::string& name, const Rename& change);  // entity_exists
  // delete_conflict: it has keys, policies or groups still.
  base::Result<void> remove(const Scope& scope, const std::string& name);
  base::Result<Page<model::Entity>> groups_of(const Scope& scope, const std::string& user, const PageRequest& page);

 private:
  const Core& core_;
};

struct GroupMembers {
  model::Entity group;
  Page<model::Entity> users;
};

// As UserService.
class GroupService {
 public:
  explicit GroupService(const Core& core) : core_(core) {}

  base::Result<model::Entity> create(const Scope& scope, const std::string& name, const std::string& path);
  base::Result<GroupMembers> get(const Scope& scope, const std::string& name, const PageRequest& page);
  base::Result<Page<model::Entity>> list(const Scope& scope, const PageRequest& page);
  base::Result<void> update(const Scope& scope, const std::string& name, const Rename& change);
  base::Result<void> remove(const Scope& scope, const std::string& name);  // delete_conflict: it has users or policies
  // No error if it is so already. limit_exceeded: a user is in 10 groups at most.
  base::Result<void> add_user(const Scope& scope, const std::string& group, const std::string& user);
  base::Result<void> remove_user(const Scope& scope, const std::string& group, const std::string& user);

 private:
  const Core& core_;
};

}  // namespace berth::service::iam
