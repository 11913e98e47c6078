// Default lifecycle policies of registries, for repositories without one of their own.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/error.h"
#include "model/repository.h"
#include "sql/database.h"

namespace berth::meta {

class LifecycleDefaults {
 public:
  explicit LifecycleDefaults(sql::Tx& tx) : tx_(tx) {}
  // Holds at once; the registry's repositories learn of it from spread().
  base::Result<void> put(const model::RegistryRef& registry, const std::string& text);
  base::Result<std::optional<std::string>> find(const model::RegistryRef& registry);
  base::Result<bool> remove(const model::RegistryRef& registry);  // false: there was none

  // A repository that has no policy of its own, and no inherited row yet, has one now if its registry has a default.
  base::Result<void> inherit(const std::string& repository, base::Timestamp due);

  base::Result<bool> any_to_spread();
  // The next repositories of a registry whose default was put: those that inherit it are due at `due`, if not before.
  // At most `limit`; how many were looked at. To be called until any_to_spread() says no.
  base::Result<std::size_t> spread(base::Timestamp due, std::size_t limit);

 private:
  sql::Tx& tx_;
};

}  // namespace berth::meta
