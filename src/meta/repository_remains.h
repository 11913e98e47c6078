// What is left of repositories that were removed (repositories.h), row by row.
//
// Millions of rows may hang on one repository, and one transaction with all of them would keep every other writer out.
// So they go a few at a time, by whoever asks; killed anywhere, the rest is there for the next one.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "sql/database.h"

namespace berth::meta {

class RepositoryRemains {
 public:
  struct Removed {
    std::size_t rows = 0;
    bool last = false;                 // the repository's own row was among them
    std::vector<std::string> uploads;  // ids of those that went: nothing knows of their bytes any more
  };
  explicit RepositoryRemains(sql::Tx& tx) : tx_(tx) {}

  // The id of one that was removed. In a write transaction nobody else gets the same until its end, where the engine
  // has several writers.
  base::Result<std::optional<std::string>> claim();
  base::Result<bool> any();
  base::Result<std::size_t> count(std::size_t limit);  // at most `limit`
  // Deletes at most `limit` rows, and not much more than 1 MiB of manifests, of `id`.
  base::Result<Removed> remove(const std::string& id, std::size_t limit);

 private:
  base::Result<std::vector<std::string>> remove_uploads(const std::string& id, std::size_t limit);
  base::Result<std::size_t> remove_edges(const std::string& id, std::size_t limit);
  base::Result<std::size_t> remove_manifests(const std::string& id, std::size_t limit);

  sql::Tx& tx_;
};

}  // namespace berth::meta
