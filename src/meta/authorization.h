// What the authorizer reads: everything in metadata that a decision can depend on, a few queries at a time.
//
// One number, the version, changes in the same transaction as anything that can change a decision: identities and what
// hangs on them, service control policies, repository and registry policies, account settings, repositories' tags and
// removal, the state of access keys and accounts. So facts may be kept as long as version() says what it said when, and
// in the same transaction in which, they were read. It is one read of one row by its key.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "model/identity.h"
#include "model/organization.h"
#include "model/repository.h"
#include "sql/database.h"

namespace berth::meta {

struct PolicyText {
  std::string name;                     // an inline policy's name, or a managed one's ARN
  std::optional<std::string> document;  // its default version; none: AWS manages it, or it is gone
  bool managed = false;
  std::string group{};  // the name of the group that has it; empty: the entity itself
};

struct PrincipalFacts {
  model::Entity entity;  // with its tags
  bool account_active = true;
  std::vector<PolicyText> policies;  // its own and its groups'
  std::optional<PolicyText> boundary;
  std::map<std::string, bool> access_keys;  // id -> active
};

struct RegistryFacts {
  std::optional<std::string> policy;
  std::map<std::string, std::string> settings;  // that were ever put
};

struct RepositoryFacts {
  bool exists = false;
  std::optional<std::string> policy;
  std::vector<model::ResourceTag> tags;
  RegistryFacts registry;
};

struct AccountFacts {
  bool active = false;  // false too: there is no such account
  std::optional<model::Organization> organization;
  // By level: the root, the account. Empty for the management account, which they do not bound.
  std::vector<std::vector<model::ServiceControlPolicy>> service_control;
};

class Authorization {
 public:
  explicit Authorization(sql::Tx& tx) : tx_(tx) {}

  base::Result<std::int64_t> version();
  base::Result<void> bump();  // what the other table groups do by themselves

  base::Result<std::optional<PrincipalFacts>> principal_facts(const std::string& entity);  // AIDA..., AROA..., AGPA...
  base::Result<RepositoryFacts> resource_facts(const model::RepositoryRef& repository);
  base::Result<RegistryFacts> resource_facts(const model::RegistryRef& registry);
  base::Result<AccountFacts> service_control(const model::AccountId& account);
  // The default version of a managed policy of an account: what a session policy's ARN stands for.
  base::Result<std::optional<std::string>> managed_document(const std::string& arn);

 private:
  sql::Tx& tx_;
};

}  // namespace berth::meta
