// Files of blobs that no row of a blob names any more and that are to be unlinked (blobs.h says why, and in which
// order). What stands here is exactly the garbage that is left on the disk, but for what a crash leaves unnamed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "model/digest.h"
#include "sql/database.h"

namespace berth::meta {

enum class Place : std::uint8_t { hot, cold };
std::string text_of(Place place);  // in a row
Place place_from(const std::string& text);

struct StoredFile {
  Place place = Place::hot;
  model::Digest digest;
  std::string key;
  std::uint64_t size = 0;
};

struct FileTotals {
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
};

class DeadFiles {
 public:
  explicit DeadFiles(sql::Tx& tx) : tx_(tx) {}
  // Bytes that are a row (blob_bytes.h) go at once, and never stand here.
  base::Result<void> add(const StoredFile& file, base::Timestamp now);
  // Those that have waited longest, for unlinking; none while a backup holds them (backup_holds.h).
  base::Result<std::vector<StoredFile>> next(std::size_t limit, base::Timestamp now);
  base::Result<bool> remove(const StoredFile& file);  // it is unlinked; false: somebody else has said so
  base::Result<bool> contains(const StoredFile& file);
  base::Result<FileTotals> totals();

 private:
  sql::Tx& tx_;
};

}  // namespace berth::meta
