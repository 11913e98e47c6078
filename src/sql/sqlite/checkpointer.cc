#include "sql/sqlite/checkpointer.h"

#include <algorithm>
#include <utility>

namespace berth::sql::sqlite {
namespace {

constexpr std::uint64_t kPageBytes = 4096;
// A batch ends with a sync of the file, which commits have to wait for: small ones keep that short.
constexpr int kBatchPages = 64;
// Of logs as long as they may be: then the writer waits for what this thread does not get done.
constexpr int kFarBehind = 4;
// How much longer the log gets, as a part of what it may be, before the writer waits for its readers once more.
constexpr int kTriesPerLog = 16;
constexpr std::chrono::milliseconds kPatienceWithReaders{20};

}  // namespace

Checkpointer::Checkpointer(std::unique_ptr<Connection> connection, std::uint64_t wal_bytes)
    : connection_(std::move(connection)),
      limit_(static_cast<int>(std::clamp<std::uint64_t>(wal_bytes / kPageBytes, kBatchPages, 1 << 24))) {
  thread_ = std::thread([this] { run(); });
}

Checkpointer::~Checkpointer() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void Checkpointer::committed(int wal_pages) {
  {
    std::lock_guard lock(mutex_);
    if (wal_pages < wal_pages_) copied_ = forced_ = tried_ = 0;  // the log began anew
    wal_pages_ = wal_pages;
    if (wal_pages_ - forced_ >= kFarBehind * limit_) {
      forced_ = wal_pages_;
      due_ = true;
    }
    if (wal_pages_ - copied_ < kBatchPages) return;
  }
  changed_.notify_one();
}

void Checkpointer::empty_if_due(Connection& writer) {
  if (!due_.exchange(false)) return;
  const bool emptied = writer.checkpoint(SQLITE_CHECKPOINT_RESTART, kPatienceWithReaders).has_value();
  std::lock_guard lock(mutex_);
  tried_ = wal_pages_;
  if (emptied) wal_pages_ = copied_ = forced_ = tried_ = 0;
}

void Checkpointer::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [&] { return stopping_ || wal_pages_ - copied_ >= kBatchPages; });
    if (stopping_) return;
    copied_ = wal_pages_;  // also if it fails: no busy loop
    lock.unlock();
    const auto done = connection_->checkpoint(SQLITE_CHECKPOINT_PASSIVE, std::chrono::milliseconds(0));
    lock.lock();
    if (done && done->wal_pages >= limit_ && done->wal_pages - tried_ >= limit_ / kTriesPerLog) due_ = true;
  }
}

}  // namespace berth::sql::sqlite
