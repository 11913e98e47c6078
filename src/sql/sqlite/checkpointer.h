// Copies the write-ahead log into the database file in the background, so that commits need not, and keeps it bounded.
#pragma once

#include <sqlite3.h>

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>

#include "sql/sqlite/connection.h"

namespace berth::sql::sqlite {

// One thread with a connection of its own. It never blocks the writer: what it does is a PASSIVE checkpoint. A log that
// is never idle still grows; above the limit it therefore asks the writer to empty it between two commits, when next to
// nothing is left to copy, or when the thread has fallen far behind. An empty log keeps its file: to write over it
// takes half the time of making it longer. A checkpoint that fails is tried again after more commits: the log keeps
// what it holds.
class Checkpointer {
 public:
  Checkpointer(std::unique_ptr<Connection> connection, std::uint64_t wal_bytes);
  Checkpointer(const Checkpointer&) = delete;
  Checkpointer& operator=(const Checkpointer&) = delete;
  ~Checkpointer();

  // From the writer's thread, after a commit: so many pages are in the log now.
  void committed(int wal_pages);
  // Empties the log through the writer's own connection if it is due and no reader needs it. From the writer's thread.
  void empty_if_due(Connection& writer);

 private:
  void run();

  const std::unique_ptr<Connection> connection_;
  const int limit_;  // pages
  std::atomic<bool> due_ = false;
  std::mutex mutex_;
  std::condition_variable changed_;
  int wal_pages_ = 0;
  int copied_ = 0;
  int forced_ = 0;  // the log's length when the writer was last told to empty it whatever is left to copy
  int tried_ = 0;   // and when it tried last, and a reader was in the way
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace berth::sql::sqlite
