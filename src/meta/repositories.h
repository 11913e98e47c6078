// Repositories and their resource tags.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "model/repository.h"
#include "model/resource_tag.h"
#include "sql/database.h"

namespace berth::meta {

// remove() and changes of tags move the authorization version (authorization.h).
class Repositories {
 public:
  explicit Repositories(sql::Tx& tx) : tx_(tx) {}
  base::Result<bool> create(const model::Repository& repository);  // false: the name is taken
  base::Result<std::optional<model::Repository>> find(const model::RepositoryRef& ref);
  base::Result<std::optional<model::Repository>> find_by_id(const std::string& id);
  // Ascending by name, names after `after`.
  base::Result<std::vector<model::Repository>> list(const model::RegistryRef& registry, const std::string& after,
                                                    std::size_t limit);
  base::Result<void> set_mutability(const std::string& id, const model::TagMutability& mutability);
  base::Result<void> set_scan_on_push(const std::string& id, bool scan_on_push);
  base::Result<void> remove(const std::string& id);  // with its images, tags, links and uploads; not the bytes

  base::Result<std::vector<model::ResourceTag>> tags(const std::string& id);  // ascending by key
  base::Result<void> put_tag(const std::string& id, const model::ResourceTag& tag);
  base::Result<void> remove_tag(const std::string& id, const std::string& key);

 private:
  sql::Tx& tx_;
};

}  // namespace berth::meta
