// Time, as something one is given. No other file reads a wall clock (tools/check_layers refuses it).
#pragma once

#include <chrono>
#include <mutex>
#include <string>

namespace berth::base {

// Wall time in whole microseconds since 1970 UTC: the unit of every time in metadata.
using Timestamp = std::chrono::sys_time<std::chrono::microseconds>;

constexpr std::int64_t to_micros(Timestamp t) { return t.time_since_epoch().count(); }
constexpr Timestamp from_micros(std::int64_t us) { return Timestamp{std::chrono::microseconds{us}}; }

// RFC 3339 in UTC with microseconds: 2026-01-31T09:05:00.000042Z.
std::string to_rfc3339(Timestamp t);
void append_rfc3339(std::string& out, Timestamp t);

// Safe from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Timestamp now() const = 0;
};

class SystemClock final : public Clock {
 public:
  Timestamp now() const override;
};

// For tests: stands still until told.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Timestamp start = from_micros(1'700'000'000'000'000)) : now_(start) {}
  Timestamp now() const override {
    std::lock_guard lock(mutex_);
    return now_;
  }
  void advance(std::chrono::microseconds by) {
    std::lock_guard lock(mutex_);
    now_ += by;
  }

 private:
  mutable std::mutex mutex_;
  Timestamp now_;
};

}  // namespace berth::base
