#include "sql/sqlite/writer.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace berth::sql::sqlite {
namespace {

// When a group is closed, although more functions wait.
constexpr std::size_t kMaxGroup = 16;
constexpr std::chrono::microseconds kMaxGroupTime{500};

}  // namespace

Writer::Writer(std::unique_ptr<Connection> connection, Checkpointer& checkpointer, bool run_twice)
    : connection_(std::move(connection)), checkpointer_(checkpointer), run_twice_(run_twice) {
  connection_->on_commit([this](int wal_pages) { checkpointer_.committed(wal_pages); });
  thread_ = std::thread([this] { loop(); });
}

Writer::~Writer() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  work_.notify_one();
  thread_.join();
}

base::Result<void> Writer::run(const base::Deadline& deadline, const TxFunction& f) {
  if (std::this_thread::get_id() == thread_.get_id()) throw std::logic_error("a write inside a write");
  Job job{.deadline = deadline, .f = f};
  std::unique_lock lock(mutex_);
  queue_.push_back(&job);
  work_.notify_one();
  const auto done = [&] { return job.state == State::done; };
  if (!job.changed.wait_until(lock, deadline.stop, deadline.at, done)) {
    if (job.state == State::queued) {
      std::erase(queue_, &job);
      return base::fail(base::Errc::deadline_exceeded, "the database was too busy to write in time");
    }
    job.changed.wait(lock, done);
  }
  if (job.bug) std::rethrow_exception(job.bug);
  return std::move(job.result);
}

void Writer::loop() {
  while (true) {
    {
      std::unique_lock lock(mutex_);
      work_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
    }
    run_group();
    checkpointer_.empty_if_due(*connection_);
  }
}

void Writer::run_group() {
  Group group;
  const auto begun = connection_->command("BEGIN IMMEDIATE");
  const auto until = std::chrono::steady_clock::now() + kMaxGroupTime;
  while (group.size() < kMaxGroup) {
    Job* job = take();
    if (job == nullptr) break;
    if (begun) {
      attempt(*job);
    } else {
      job->result = std::unexpected(begun.error());
    }
    if (begun && !connection_->in_transaction()) {
      requeue(group);
      settle({job});
      return;
    }
    group.push_back(job);
    if (std::chrono::steady_clock::now() >= until) break;
  }
  if (begun) commit(group);
  settle(group);
}

Writer::Job* Writer::take() {
  std::lock_guard lock(mutex_);
  if (queue_.empty()) return nullptr;
  Job* job = queue_.front();
  queue_.pop_front();
  job->state = State::running;
  return job;
}

// Leaves the transaction open with the job's changes in it or, if its result is an error, without them. If SQLite gave
// up the transaction, it is no longer open and the result is an error.
void Writer::attempt(Job& job) {
  job.bug = nullptr;
  if (job.deadline.expired()) {
    job.result = base::fail(base::Errc::deadline_exceeded, "no time left for the database");
    return;
  }
  job.result = connection_->command("SAVEPOINT f");
  if (!job.result) return;
  bool keep = run_once(job);
  if (run_twice_ && connection_->in_transaction()) {
    job.bug = nullptr;
    job.result = connection_->command("ROLLBACK TO f");
    keep = job.result && run_once(job);
  }
  if (!connection_->in_transaction()) return;
  base::Result<void> ended;
  if (!keep) ended = connection_->command("ROLLBACK TO f");
  if (ended) ended = connection_->command("RELEASE f");
  if (!ended) {
    job.result = std::move(ended);
    static_cast<void>(connection_->command("ROLLBACK"));  // the group's other functions run again
  }
}

// Whether the job's changes are to be kept.
bool Writer::run_once(Job& job) {
  ConnectionTx tx(*connection_, job.deadline);
  try {
    job.result = job.f(tx);
  } catch (...) {
    job.bug = std::current_exception();
    job.result = base::fail(base::Errc::internal, "the transaction's function threw");
  }
  if (job.result && tx.failure()) job.result = std::unexpected(*tx.failure());
  if (job.result && !connection_->in_transaction()) {
    job.result = base::fail(base::Errc::internal, "the transaction's function ended the transaction");
  }
  if (job.result && connection_->has_deferred_violations()) {
    job.result = base::fail(base::Errc::internal, "SQLite: FOREIGN KEY constraint failed");
  }
  return job.result.has_value();
}

void Writer::commit(Group& group) {
  const auto committed = connection_->command("COMMIT");
  if (committed) return;
  if (connection_->in_transaction()) static_cast<void>(connection_->command("ROLLBACK"));
  for (Job* job : group) {
    if (job->result) job->result = std::unexpected(committed.error());
  }
}

void Writer::requeue(const Group& group) {
  std::lock_guard lock(mutex_);
  for (Job* job : group) job->state = State::queued;
  queue_.insert(queue_.begin(), group.begin(), group.end());
}

// Told under the lock: a caller that wakes up takes its job, and the condition variable in it, away.
void Writer::settle(const Group& group) {
  std::lock_guard lock(mutex_);
  for (Job* job : group) {
    job->state = State::done;
    job->changed.notify_one();
  }
}

}  // namespace berth::sql::sqlite
