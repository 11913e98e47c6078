// Managed policies of accounts, and their versions. AWS's own are not here: they are data of the `policy` room.
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

struct PolicyUsage {
  std::int64_t attachments = 0;
  std::int64_t boundaries = 0;
};

struct ManagedPolicyPage {
  std::string path_prefix = "/";
  std::int64_t min_attachments = 0;
  std::int64_t min_boundaries = 0;
  std::string after_name_key;
  std::size_t limit = 0;
};

// Every change moves the authorization version (authorization.h).
class ManagedPolicies {
 public:
  explicit ManagedPolicies(sql::Tx& tx) : tx_(tx) {}

  // With its first version. false: the name is taken, in any case. Not its tags.
  base::Result<bool> create(const model::ManagedPolicy& policy, const std::string& document);
  base::Result<std::optional<model::ManagedPolicy>> find(const std::string& arn);
  base::Result<std::vector<model::ManagedPolicy>> list(const model::AccountId& account, const ManagedPolicyPage& page);
  base::Result<std::int64_t> count(const model::AccountId& account);
  base::Result<std::int64_t> count_versions(const model::AccountId& account);
  base::Result<void> remove(const std::string& id);  // with its versions and tags
  // How an account uses a policy, its own or one of AWS's.
  base::Result<PolicyUsage> usage(const model::AccountId& account, const std::string& arn);
  // Policies of AWS that are attached to something in the account, ascending.
  base::Result<std::vector<std::string>> attached_aws_policies(const model::AccountId& account);

  // The number it got: one more than the last, also if that is gone.
  base::Result<std::int64_t> add_version(const std::string& policy, const std::string& document, base::Timestamp now);
  base::Result<std::optional<model::PolicyVersion>> find_version(const std::string& policy, std::int64_t number);
  base::Result<std::vector<model::PolicyVersion>> versions(const std::string& policy);  // newest first
  base::Result<void> set_default(const std::string& policy, std::int64_t number, base::Timestamp now);
  base::Result<bool> remove_version(const std::string& policy, std::int64_t number);

 private:
  sql::Tx& tx_;
};

}  // namespace berth::meta
