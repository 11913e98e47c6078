// ECR's own policies and settings: of a repository, of a registry.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/error.h"
#include "model/repository.h"
#include "sql/database.h"

namespace berth::meta {

// Documents as they were given. Every change moves the authorization version (authorization.h).
class Policies {
 public:
  explicit Policies(sql::Tx& tx) : tx_(tx) {}

  // Of a repository, by its id. It goes with its repository.
  base::Result<std::optional<std::string>> find(const std::string& repository);
  base::Result<void> put(const std::string& repository, const std::string& document);
  base::Result<bool> remove(const std::string& repository);

  base::Result<std::optional<std::string>> find(const model::RegistryRef& registry);
  base::Result<void> put(const model::RegistryRef& registry, const std::string& document);
  base::Result<bool> remove(const model::RegistryRef& registry);

  // Account settings that were ever put: "REGISTRY_POLICY_SCOPE" -> "V2".
  base::Result<std::map<std::string, std::string>> settings(const model::RegistryRef& registry);
  base::Result<std::optional<std::string>> find_setting(const model::RegistryRef& registry, const std::string& name);
  base::Result<void> put_setting(const model::RegistryRef& registry, const std::string& name, const std::string& value);

 private:
  sql::Tx& tx_;
};

}  // namespace berth::meta
