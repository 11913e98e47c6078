// A log that can be turned off and on while it is in use.
#pragma once

#include <atomic>

#include "base/log.h"

namespace berth::app {

// Safe from any thread; `inner` outlives it.
class SwitchedLog final : public base::Log {
 public:
  SwitchedLog(base::Log& inner, bool on) : inner_(inner), on_(on) {}
  void turn(bool on) { on_ = on; }

  using Log::write;
  bool enabled(base::LogLevel level) const override { return on_ && inner_.enabled(level); }
  void write(base::LogLevel level, std::string_view event, std::span<const base::LogField> fields) override {
    if (on_) inner_.write(level, event, fields);
  }

 private:
  base::Log& inner_;
  std::atomic<bool> on_;
};

}  // namespace berth::app
