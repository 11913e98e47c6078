// Uploads that are under way. They survive a restart and belong to one repository.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "model/digest.h"
#include "sql/database.h"

namespace berth::meta {

struct Upload {
  std::string id;  // UUID
  std::string repository;
  model::DigestAlgorithm algorithm = model::DigestAlgorithm::sha256;
  std::uint64_t size = 0;          // durable bytes
  std::string state;               // blob::BlobWriter's checkpoint at `size`; empty: the store has nothing of it
  std::string bytes;               // all of it, as long as the store has nothing of it
  std::int64_t parts = 0;          // UploadLayerPart calls so far
  bool last_part_short = false;    // the last part was below the minimum, which only the last may be
  bool middle_part_short = false;  // and another one followed
  base::Timestamp expires;
};

class Uploads {
 public:
  explicit Uploads(sql::Tx& tx) : tx_(tx) {}
  base::Result<void> create(const Upload& upload);
  base::Result<std::optional<Upload>> find(const std::string& repository, const std::string& id);
  // Moves on from `from` bytes; false: somebody else did, or it is gone.
  base::Result<bool> advance(const Upload& upload, std::uint64_t from);
  base::Result<bool> remove(const std::string& id);
  base::Result<bool> exists(const std::string& id);                               // in whatever repository
  base::Result<bool> remove_expired(const std::string& id, base::Timestamp now);  // false: it was moved on, or is gone
  base::Result<std::vector<std::string>> expired(base::Timestamp now, std::size_t limit);

 private:
  sql::Tx& tx_;
};

}  // namespace berth::meta
