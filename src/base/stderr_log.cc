#include "base/stderr_log.h"

#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <utility>

namespace berth::base {
namespace {

constexpr std::chrono::milliseconds kGather{5};

// Best effort: there is nowhere left to complain to.
void write_all(std::string_view text) {
  while (!text.empty()) {
    const auto n = ::write(STDERR_FILENO, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(n));
  }
}

}  // namespace

StderrLog::StderrLog(LogLevel level, LogFormat format, const Clock& clock)
    : format_(format), clock_(clock), level_(level), thread_([this] { run(); }) {}

StderrLog::~StderrLog() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
  flush();
}

void StderrLog::write(LogLevel level, std::string_view event, std::span<const LogField> fields) {
  if (!enabled(level) || level == LogLevel::off) return;
  gather(format_log_line(format_, clock_.now(), level, event, fields) + '\n');
  if (level >= LogLevel::warning) flush();
}

std::uint64_t StderrLog::left_out() {
  const std::lock_guard lock(mutex_);
  return left_out_;
}

void StderrLog::gather(std::string line) {
  bool first = false;
  {
    const std::lock_guard lock(mutex_);
    if (gathered_.size() + line.size() > kMost) {
      ++left_out_;
      return;
    }
    first = gathered_.empty();
    if (left_out_ != 0) {
      const LogField lines("lines", std::exchange(left_out_, 0));
      gathered_ += format_log_line(format_, clock_.now(), LogLevel::warning, "lines were left out", {&lines, 1}) + '\n';
    }
    gathered_ += line;
  }
  if (first) changed_.notify_one();
}

void StderrLog::flush() {
  const std::lock_guard one(writing_);
  std::string text;
  {
    const std::lock_guard lock(mutex_);
    text.swap(gathered_);
  }
  write_all(text);
}

void StderrLog::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    changed_.wait(lock, [&] { return stopping_ || !gathered_.empty(); });
    changed_.wait_for(lock, kGather, [&] { return stopping_; });
    lock.unlock();
    flush();
    lock.lock();
  }
}

}  // namespace berth::base
