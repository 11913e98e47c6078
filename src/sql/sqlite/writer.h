// All writing to a SQLite file: one connection, one thread, group commit.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/deadline.h"
#include "base/error.h"
#include "sql/database.h"
#include "sql/sqlite/checkpointer.h"
#include "sql/sqlite/connection.h"

namespace berth::sql::sqlite {

// Functions queue up while a commit waits for the disk; the writer's thread then runs several in one transaction, each
// in a savepoint of its own, and commits once. A lone function is committed at once. A function that fails takes only
// its own savepoint with it. Where SQLite rolls back everything by itself (full disk, stopped statement), the functions
// that had been well are run again in the next transaction.
class Writer {
 public:
  Writer(std::unique_ptr<Connection> connection, Checkpointer& checkpointer, bool run_twice);
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  ~Writer();  // when no caller is inside run()

  // Runs `f` on the writer's thread and returns when its changes are durable, or certain not to be made. Gives up at
  // the deadline as long as `f` has not begun; after that, `f`'s statements fail instead.
  base::Result<void> run(const base::Deadline& deadline, const TxFunction& f);

 private:
  enum class State : std::uint8_t { queued, running, done };
  // Lives on its caller's stack; the caller leaves only when it is done, or was taken out of the queue.
  struct Job {
    const base::Deadline& deadline;
    const TxFunction& f;
    State state = State::queued;
    base::Result<void> result = {};
    std::exception_ptr bug = nullptr;
    std::condition_variable_any changed = {};
  };
  using Group = std::vector<Job*>;

  void loop();
  void run_group();
  Job* take();
  void attempt(Job& job);
  bool run_once(Job& job);
  void commit(Group& group);
  void requeue(const Group& group);
  void settle(const Group& group);

  const std::unique_ptr<Connection> connection_;
  Checkpointer& checkpointer_;
  const bool run_twice_;
  std::mutex mutex_;
  std::condition_variable work_;
  std::deque<Job*> queue_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace berth::sql::sqlite
