// What hangs on a user, role or group: inline policies and attached managed ones. Entities by their id.
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

// Every change moves the authorization version (authorization.h).
class EntityPolicies {
 public:
  explicit EntityPolicies(sql::Tx& tx) : tx_(tx) {}

  base::Result<void> put_inline(const std::string& entity, const model::InlinePolicy& policy);
  base::Result<std::optional<model::InlinePolicy>> find_inline(const std::string& entity, const std::string& name);
  base::Result<std::vector<model::InlinePolicy>> list_inline(const std::string& entity);  // ascending by name
  base::Result<bool> remove_inline(const std::string& entity, const std::string& name);

  base::Result<bool> attach(const std::string& entity, const std::string& arn);  // false: was attached
  base::Result<bool> detach(const std::string& entity, const std::string& arn);
  base::Result<std::vector<std::string>> attached(const std::string& entity);  // ascending

 private:
  sql::Tx& tx_;
};

}  // namespace berth::meta
