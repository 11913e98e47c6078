// How a SQLite database is opened.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace berth::sql::sqlite {

struct Options {
  std::string path;                       // empty: a private database in a temporary folder, deleted when closed
  std::size_t readers = 16;               // read transactions at one time; a connection each, opened when needed
  std::uint64_t wal_bytes = 16ULL << 20;  // above this the write-ahead log is emptied as soon as no reader needs it
  std::uint64_t write_cache_bytes = 8ULL << 20;  // pages that the writer, and the checkpointer, keep in memory
  std::uint64_t read_cache_bytes = 2ULL << 20;   // and each of `readers`
  bool durable = true;                           // false: no fsync, for tests
  bool run_twice = false;                        // write() runs each function twice, the first time in vain: for tests
};

// For tests: fast and private, from as many threads as one likes.
inline Options temporary() { return {.readers = 4, .durable = false, .run_twice = true}; }

}  // namespace berth::sql::sqlite
