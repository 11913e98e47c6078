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

// remove(), rename() and changes of tags move the authorization version (authorization.h).
//
// A removed repository belongs to no account any more: its row is there, under a name that nobody can ask for, until
// RepositoryRemains has deleted all that hangs on it. Every query that asks by account, or by find_by_id(), sees none.
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
  base::Result<bool> rename(const std::string& id, const model::RepositoryName& name);  // false: the name is taken
  base::Result<void> set_deletion_protected(const std::string& id, bool deletion_protected);
  // At once, however much it holds, and its name is free again. With its images, tags, links and uploads, which
  // RepositoryRemains deletes; not the bytes.
  base::Result<void> remove(const std::string& id);

  // Those of a registry, but at most `limit`.
  base::Result<std::size_t> count(const model::RegistryRef& registry, std::size_t limit);
  // list() of `prefix` itself and of what begins with `prefix` and a slash.
  base::Result<std::vector<model::Repository>> list_below(const model::RegistryRef& registry, const std::string& prefix,
                                                          const std::string& after, std::size_t limit);
  // The first few names among them that are protected.
  base::Result<std::vector<std::string>> protected_below(const model::RegistryRef& registry, const std::string& prefix,
                                                         std::size_t limit);

  base::Result<std::vector<model::ResourceTag>> tags(const std::string& id);  // ascending by key
  base::Result<void> put_tag(const std::string& id, const model::ResourceTag& tag);
  base::Result<void> remove_tag(const std::string& id, const std::string& key);

 private:
  sql::Tx& tx_;
};

}  // namespace berth::meta
