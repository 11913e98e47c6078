// Events on standard error.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "base/log.h"

namespace berth::base {

// Lines are gathered for some milliseconds and written together: who logs neither makes a system call nor waits for a
// slow reader. A warning or an error is written before write() returns, and all lines before it. What a process that is
// killed had gathered is lost; a destructor writes the rest. If the reader is so slow that kMost bytes wait, lines are
// left out, and the next one that is not says how many. The level can be changed while it is in use.
//
// Safe from any thread. `clock` outlives it.
class StderrLog final : public Log {
 public:
  static constexpr std::size_t kMost = std::size_t{4} << 20;

  StderrLog(LogLevel level, LogFormat format, const Clock& clock);
  ~StderrLog() override;

  using Log::write;
  bool enabled(LogLevel level) const override { return level >= level_.load(std::memory_order_relaxed); }
  void write(LogLevel level, std::string_view event, std::span<const LogField> fields) override;
  void set_level(LogLevel level) { level_ = level; }
  std::uint64_t left_out();  // lines that are not told of yet

 private:
  void gather(std::string line);
  void flush();
  void run();

  const LogFormat format_;
  const Clock& clock_;
  std::atomic<LogLevel> level_;
  std::mutex writing_;  // one write at a time, in order; before mutex_
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string gathered_;
  std::uint64_t left_out_ = 0;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace berth::base
