// Roles, those that services own among them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "service/iam/common.h"

namespace berth::service::iam {

struct CreateRole {
  std::string name;
  std::string path = "/";
  std::string trust_policy;
  std::optional<std::string> description{};
  std::int64_t max_session_seconds = 3600;  // 3600..43200
  std::optional<std::string> boundary{};
  std::vector<model::ResourceTag> tags{};
};

struct CreateServiceLinkedRole {
  std::string service;  // "replication.ecr.amazonaws.com"
  std::optional<std::string> description{};
  std::optional<std::string> suffix{};
};

// Stateless; safe from any thread; `core` outlives it. Errors: entity_not_found for an unknown name,
// entity_unmodifiable for what may not be done to a service-linked role, and as said.
class RoleService {
 public:
  explicit RoleService(const Core& core) : core_(core) {}

  // policy_malformed, entity_exists, limit_exceeded.
  base::Result<model::Entity> create(const Scope& scope, const CreateRole& command);
  base::Result<model::Entity> get(const Scope& scope, const std::string& name);  // with its tags and last use
  base::Result<Page<model::Entity>> list(const Scope& scope, const PageRequest& page);
  // UpdateRole: absent members stay.
  base::Result<void> update(const Scope& scope, const std::string& name, const std::optional<std::string>& description,
                            std::optional<std::int64_t> max_session_seconds);
  base::Result<model::Entity> update_description(const Scope& scope, const std::string& name,
                                                 const std::string& description);
  base::Result<void> update_trust_policy(const Scope& scope, const std::string& name, const std::string& document);
  base::Result<void> remove(const Scope& scope, const std::string& name);  // delete_conflict
  // Berth has no instance profiles; says only whether there is such a role (ListInstanceProfilesForRole).
  base::Result<void> list_instance_profiles(const Scope& scope, const std::string& name);

  // invalid_input: no service of Berth's has such a role, or it exists.
  base::Result<model::Entity> create_service_linked(const Scope& scope, const CreateServiceLinkedRole& command);
  // The id of the deletion ("task/aws-service-role/<service>/<role>/<uuid>"), which is done when it is answered.
  base::Result<std::string> remove_service_linked(const Scope& scope, const std::string& name);
  // GetServiceLinkedRoleDeletionStatus: such a deletion has succeeded; entity_not_found for an id of another form, or
  // if there is such a role (again).
  base::Result<void> deletion_status(const Scope& scope, const std::string& task);

 private:
  const Core& core_;
};

}  // namespace berth::service::iam
