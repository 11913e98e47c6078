// An account as a whole: its alias, how much is in it, and all of it at once.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "service/iam/common.h"

namespace berth::service::iam {

struct EntityDetail {
  model::Entity entity;  // with its tags
  std::vector<model::InlinePolicy> inline_policies;
  std::vector<model::AttachedPolicy> attached;
  std::vector<std::string> groups;  // names, of a user
};

struct PolicyDetail {
  model::ManagedPolicy policy;
  std::vector<model::PolicyVersion> versions;
};

// What GetAccountAuthorizationDetails is asked for.
struct DetailsRequest {
  bool users = true;
  bool groups = true;
  bool roles = true;
  bool local_policies = true;
  bool aws_policies = true;  // those that are attached somewhere in the account
  std::string after;         // the `next` of the page before
  std::size_t limit = 100;   // of all together
};

struct AccountDetails {
  std::vector<EntityDetail> entities;  // users, groups and roles
  std::vector<PolicyDetail> policies;
  std::optional<std::string> next;
};

// Stateless; safe from any thread; `core` outlives it.
class AccountInfoService {
 public:
  explicit AccountInfoService(const Core& core) : core_(core) {}

  base::Result<void> create_alias(const Scope& scope, const std::string& alias);  // entity_exists; replaces its old one
  base::Result<void> remove_alias(const Scope& scope, const std::string& alias);  // entity_not_found
  base::Result<std::vector<std::string>> aliases(const Scope& scope);

  // GetAccountSummary: "Users" -> 3, "UsersQuota" -> 5000, ...
  base::Result<std::map<std::string, std::int64_t>> summary(const Scope& scope);
  base::Result<AccountDetails> details(const Scope& scope, const DetailsRequest& request);

 private:
  const Core& core_;
};

}  // namespace berth::service::iam
