// What users, roles and groups may do: inline policies, attached managed ones, and the boundary. One way for all three.
#pragma once

#include <string>

#include "service/iam/common.h"

namespace berth::service::iam {

// Stateless; safe from any thread; `core` outlives it. Errors: entity_not_found for an unknown name or policy,
// entity_unmodifiable for a service-linked role, and as said.
class EntityPolicyService {
 public:
  explicit EntityPolicyService(const Core& core) : core_(core) {}

  // PutUserPolicy, PutRolePolicy, PutGroupPolicy: replaces one of the same name. policy_malformed; limit_exceeded: all
  // of an entity's together have at most 2048 (user), 10240 (role) or 5120 (group) characters without white space.
  base::Result<void> put_inline(const Scope& scope, const EntityRef& entity, const model::InlinePolicy& policy);
  base::Result<model::InlinePolicy> get_inline(const Scope& scope, const EntityRef& entity, const std::string& policy);
  base::Result<Page<std::string>> list_inline(const Scope& scope, const EntityRef& entity, const PageRequest& page);
  base::Result<void> remove_inline(const Scope& scope, const EntityRef& entity, const std::string& policy);

  // No error if it is attached already. policy_not_attachable; limit_exceeded: 10 policies each.
  base::Result<void> attach(const Scope& scope, const EntityRef& entity, const std::string& arn);
  base::Result<void> detach(const Scope& scope, const EntityRef& entity, const std::string& arn);
  base::Result<Page<model::AttachedPolicy>> list_attached(const Scope& scope, const EntityRef& entity,
                                                          const PageRequest& page);

  // Of users and roles: `invalid_input` for a group.
  base::Result<void> put_boundary(const Scope& scope, const EntityRef& entity, const std::string& arn);
  base::Result<void> remove_boundary(const Scope& scope, const EntityRef& entity);

 private:
  const Core& core_;
};

}  // namespace berth::service::iam
