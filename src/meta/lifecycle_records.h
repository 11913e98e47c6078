// The last evaluations of each repository's lifecycle policy, for people who ask where an image went.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "sql/database.h"

namespace berth::meta {

// Whether an evaluation did anything, or tried to.
enum class RunEffect : std::uint8_t { idle, acted };

class LifecycleRecords {
 public:
  explicit LifecycleRecords(sql::Tx& tx) : tx_(tx) {}
  // `id` is greater than those before; `record` is the service's own text. An idle one takes the place of an idle one
  // just before it; the newest `keep` stay. Nothing, if the repository is gone.
  base::Result<void> add(const std::string& repository, const std::string& id, RunEffect effect,
                         const std::string& record, std::size_t keep);
  base::Result<std::vector<std::string>> list(const std::string& repository, std::size_t limit);  // newest first

 private:
  sql::Tx& tx_;
};

}  // namespace berth::meta
