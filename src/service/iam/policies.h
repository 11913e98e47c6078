// Managed policies and their versions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "service/iam/common.h"

namespace berth::service::iam {

struct CreatePolicy {
  std::string name;
  std::string path = "/";
  std::string document;
  std::string description{};
  std::vector<model::ResourceTag> tags{};
};

enum class PolicyScope : std::uint8_t { all, aws, local };
enum class PolicyUsage : std::uint8_t { any, permissions, boundary };

struct ListPolicies {
  PolicyScope scope = PolicyScope::all;
  PolicyUsage usage = PolicyUsage::any;
  bool only_attached = false;
  PageRequest page{};
};

// Who has a policy, as what. Users, roles and groups come in one list, told apart by their kind.
struct ListPolicyEntities {
  std::optional<model::EntityKind> kind{};
  PolicyUsage usage = PolicyUsage::any;
  PageRequest page{};
};

// Stateless; safe from any thread; `core` outlives it. A policy is named by its ARN, one of AWS's too; what changes one
// of those is access_denied, as IAM answers. Errors: entity_not_found, and as said.
class PolicyService {
 public:
  explicit PolicyService(const Core& core) : core_(core) {}

  // policy_malformed, entity_exists, limit_exceeded (6144 characters without white space; 1500 policies).
  base::Result<model::ManagedPolicy> create(const Scope& scope, const CreatePolicy& command);
  base::Result<model::ManagedPolicy> get(const Scope& scope, const std::string& arn);  // with its tags
  base::Result<Page<model::ManagedPolicy>> list(const Scope& scope, const ListPolicies& command);
  base::Result<void> remove(const Scope& scope, const std::string& arn);  // delete_conflict: attached, or versions
  base::Result<Page<model::Entity>> entities(const Scope& scope, const std::string& arn,
                                             const ListPolicyEntities& command);

  // limit_exceeded: five versions.
  base::Result<model::PolicyVersion> create_version(const Scope& scope, const std::string& arn,
                                                    const std::string& document, bool set_as_default);
  base::Result<model::PolicyVersion> get_version(const Scope& scope, const std::string& arn,
                                                 const std::string& version);  // "v1"
  base::Result<Page<model::PolicyVersion>> list_versions(const Scope& scope, const std::string& arn,
                                                         const PageRequest& page);  // newest first
  base::Result<void> set_default(const Scope& scope, const std::string& arn, const std::string& version);
  base::Result<void> remove_version(const Scope& scope, const std::string& arn,
                                    const std::string& version);  // delete_conflict: the default

 private:
  const Core& core_;
};

}  // namespace berth::service::iam
