// Bytes of small blobs, as rows: a push of them is then durable with the transaction that names them, and needs no file
// (docs/adr/0008-small-blobs.md).
//
// A row stands under a storage key of its own kind, which says that the bytes are here and not in a store; all else
// that is said of storage keys holds (blobs.h). It comes in the transaction that names it first, and goes in the one
// that names it last: it is never rubbish.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "sql/database.h"

namespace berth::meta {

std::string row_key(std::string_view ulid);
bool is_row_key(std::string_view storage_key);

class BlobBytes {
 public:
  explicit BlobBytes(sql::Tx& tx) : tx_(tx) {}
  base::Result<void> add(const std::string& key, std::string bytes);  // under a key that was never used
  base::Result<std::optional<std::string>> find(const std::string& key);
  base::Result<std::optional<std::uint64_t>> size(const std::string& key);
  base::Result<bool> remove(const std::string& key);  // false: was absent

 private:
  sql::Tx& tx_;
};

}  // namespace berth::meta
