// Repository creation templates of registries. By key(): a prefix with and without its last '/' is the same.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "model/creation_template.h"
#include "model/repository.h"
#include "sql/database.h"

namespace berth::meta {

class CreationTemplates {
 public:
  explicit CreationTemplates(sql::Tx& tx) : tx_(tx) {}
  base::Result<bool> create(const model::RegistryRef& registry, const model::CreationTemplate& made);  // false: taken
  // All but prefix and `created`.
  base::Result<void> update(const model::RegistryRef& registry, const model::CreationTemplate& changed);
  base::Result<void> remove(const model::RegistryRef& registry, const std::string& key);
  base::Result<std::optional<model::CreationTemplate>> find(const model::RegistryRef& registry, const std::string& key);
  // Ascending by key, keys after `after`.
  base::Result<std::vector<model::CreationTemplate>> list(const model::RegistryRef& registry, const std::string& after,
                                                          std::size_t limit);
  base::Result<std::int64_t> count(const model::RegistryRef& registry);

 private:
  sql::Tx& tx_;
};

}  // namespace berth::meta
