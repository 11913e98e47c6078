// The organization and its service control policies. A target is the root's id or an account's.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "model/organization.h"
#include "sql/database.h"

namespace berth::meta {

// Every change moves the authorization version (authorization.h).
class Organizations {
 public:
  explicit Organizations(sql::Tx& tx) : tx_(tx) {}

  base::Result<void> create(const model::Organization& organization);
  base::Result<std::optional<model::Organization>> find();  // none: no account yet

  base::Result<bool> create_policy(const model::ServiceControlPolicy& policy);  // false: the name is taken
  base::Result<bool> update_policy(const model::ServiceControlPolicy& policy);  // likewise
  base::Result<void> remove_policy(const std::string& id);                      // which nothing hangs on
  base::Result<std::optional<model::ServiceControlPolicy>> find_policy(const std::string& id);
  base::Result<std::vector<model::ServiceControlPolicy>> policies(const std::string& after,
                                                                  std::size_t limit);  // by id
  base::Result<std::int64_t> count_policies();

  base::Result<bool> attach(const std::string& policy, const std::string& target);  // false: was attached
  base::Result<bool> detach(const std::string& policy, const std::string& target);
  base::Result<std::vector<model::ServiceControlPolicy>> policies_of(const std::string& target);  // ascending by id
  base::Result<std::vector<std::string>> targets_of(const std::string& policy, const std::string& after,
                                                    std::size_t limit);

 private:
  sql::Tx& tx_;
};

}  // namespace berth::meta
