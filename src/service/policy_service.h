// Policies on repositories and registries, and the settings of a registry.
#pragma once

#include <string>
#include <string_view>

#include "model/account_setting.h"
#include "model/repository.h"
#include "service/core.h"
#include "service/policy_documents.h"
#include "service/repository_service.h"

namespace berth::service {

// Stateless; safe from any thread; `core` outlives it. Every method: access_denied, deadline_exceeded, unavailable. A
// policy holds from the very next question on, on every node. Its texts are in normal form: indented as ECR prints
// them.
class PolicyService {
 public:
  explicit PolicyService(const Core& core) : core_(core) {}

  // SetRepositoryPolicy: what was set. invalid_parameter in ECR's words with the reason behind them: not a repository
  // policy; names a user or role that is not there; would keep the caller from setting another one (unless forced).
  base::Result<std::string> set_repository(const Scope& scope, const model::RepositoryRef& ref, std::string_view text,
                                           Force force);
  // repository_not_found, repository_policy_not_found. remove() returns what it was.
  base::Result<std::string> repository(const Scope& scope, const model::RepositoryRef& ref);
  base::Result<std::string> remove_repository(const Scope& scope, const model::RepositoryRef& ref);

  // PutRegistryPolicy: with REGISTRY_POLICY_SCOPE V1, about three actions only. registry_policy_not_found.
  base::Result<std::string> put_registry(const Scope& scope, const model::RegistryRef& registry, std::string_view text);
  base::Result<std::string> registry(const Scope& scope, const model::RegistryRef& registry);
  base::Result<std::string> remove_registry(const Scope& scope, const model::RegistryRef& registry);

  // invalid_parameter: no such setting, or not one of its values.
  base::Result<std::string> setting(const Scope& scope, const model::RegistryRef& registry, std::string_view name);
  base::Result<void> put_setting(const Scope& scope, const model::RegistryRef& registry, std::string_view name,
                                 std::string_view value);

 private:
  const Core& core_;
};

// The value that holds, set or default.
base::Result<std::string> value_of(meta::Tx& tx, const model::RegistryRef& registry,
                                   const model::AccountSetting& setting);

}  // namespace berth::service
