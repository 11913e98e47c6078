// What changes with every commit to a SQLite file with a write-ahead log, read without a lock or a system call.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <optional>

#include "base/stamp.h"

namespace berth::sql::sqlite {

// A view of the head of the log's index ("The WAL-Index File Format" in SQLite's documentation, walformat.html): shared
// memory of all processes that have the file open. A commit changes it, in any of them, once it is durable and before
// it returns. Safe from any thread, as long as the connection is open that it was taken from.
class LogHead {
 public:
  LogHead() = default;  // of nothing

  // Of the main database of `db`, which has read it before.
  static LogHead of(sqlite3* db);

  // nullopt: the index is not of the one form that this knows, so nothing is known.
  std::optional<base::Stamp> stamp() const;

 private:
  explicit LogHead(const volatile std::uint64_t* words) : words_(words) {}

  const volatile std::uint64_t* words_ = nullptr;
};

}  // namespace berth::sql::sqlite
