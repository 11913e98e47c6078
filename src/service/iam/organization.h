// The organization: its accounts and its service control policies. There is one for each server; the first account is
// its management account and the only one that may ask for most of this.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "auth/key_ring.h"
#include "base/secret.h"
#include "model/organization.h"
#include "service/iam/common.h"

namespace berth::service::iam {

struct CreateAccount {
  std::string name;
  std::string email;
  std::string role = "OrganizationAccountAccessRole";  // made in it, trusts the management account, may do all
  std::optional<model::AccountId> id{};                // absent: twelve digits by chance
  bool administrator = false;  // make a user `administrator` and a key too, as `berth` does on its own machine
};

struct AdministratorKey {
  std::string user_arn;
  std::string id;
  base::Secret secret;
};

struct CreatedAccount {
  model::AccountCreation creation;
  std::optional<AdministratorKey> administrator;
};

// Stateless; safe from any thread; `core` and `keys` outlive it. Accounts come with their ARN.
// An entity_not_found has one detail "subject": "account", "creation", "parent" or "child". `unsupported`: this server
// has no account yet.
class AccountService {
 public:
  AccountService(const Core& core, const auth::KeyRing& keys) : core_(core), keys_(keys) {}

  // The first account of a server, and with it the organization; makes its administrator. Asks for
  // organizations:CreateOrganization. conflict: there is an account.
  base::Result<CreatedAccount> create_first(const Scope& scope, const CreateAccount& command);
  // CreateAccount. An e-mail address that is taken is a creation with a `failure`, not an error; an id that is taken is
  // a conflict.
  base::Result<CreatedAccount> create(const Scope& scope, const CreateAccount& command);
  base::Result<model::AccountCreation> creation(const Scope& scope, const std::string& id);
  base::Result<Page<model::AccountCreation>> creations(const Scope& scope, const PageRequest& page);
  base::Result<model::Account> describe(const Scope& scope, const std::string& id);
  base::Result<Page<model::Account>> list(const Scope& scope, const PageRequest& page);
  // ListAccountsForParent: all accounts stand right below the root. ListParents: the organization, for its root.
  base::Result<Page<model::Account>> list_below(const Scope& scope, const std::string& parent, const PageRequest& page);
  base::Result<model::Organization> parent(const Scope& scope, const std::string& child);
  // CloseAccount: suspends it at once. delete_conflict: closed already; limit_exceeded: the management account.
  base::Result<void> close(const Scope& scope, const std::string& id);

 private:
  const Core& core_;
  const auth::KeyRing& keys_;
};

struct CreateScp {
  std::string name;
  std::string description;
  std::string document;
};

struct UpdateScp {
  std::optional<std::string> name;
  std::optional<std::string> description;
  std::optional<std::string> document;
};

struct ScpTarget {
  std::string id;  // "r-...", or an account
  std::string arn;
  std::string name;
  bool is_root = false;
};

// Stateless; safe from any thread; `core` outlives it. Policies and targets come with their ARN.
// An entity_not_found has one detail "subject": "policy", "target" or "attachment"; an entity_exists "policy" or
// "attachment".
class OrganizationService {
 public:
  explicit OrganizationService(const Core& core) : core_(core) {}

  base::Result<model::Organization> describe(const Scope& scope);
  // The management account's e-mail address, which DescribeOrganization tells too.
  base::Result<model::Account> management(const Scope& scope);
  base::Result<model::Organization> roots(const Scope& scope);  // ListRoots: its one root
  // The organization, if that is its root. Asks for `action`: "organizations:EnablePolicyType".
  base::Result<model::Organization> root(const Scope& scope, std::string_view action, const std::string& id);

  base::Result<model::ServiceControlPolicy> create_policy(const Scope& scope, const CreateScp& command);
  base::Result<model::ServiceControlPolicy> update_policy(const Scope& scope, const std::string& id,
                                                          const UpdateScp& change);
  base::Result<model::ServiceControlPolicy> describe_policy(const Scope& scope, const std::string& id);
  base::Result<Page<model::ServiceControlPolicy>> list_policies(const Scope& scope, const PageRequest& page);
  base::Result<void> remove_policy(const Scope& scope, const std::string& id);  // delete_conflict: attached
  // limit_exceeded: five on one target.
  base::Result<void> attach(const Scope& scope, const std::string& policy, const std::string& target);
  // limit_exceeded: the last one of a target stays.
  base::Result<void> detach(const Scope& scope, const std::string& policy, const std::string& target);
  base::Result<Page<model::ServiceControlPolicy>> policies_of(const Scope& scope, const std::string& target,
                                                              const PageRequest& page);
  base::Result<Page<ScpTarget>> targets_of(const Scope& scope, const std::string& policy, const PageRequest& page);

 private:
  const Core& core_;
};

}  // namespace berth::service::iam
