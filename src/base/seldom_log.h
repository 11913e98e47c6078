// Lets what is told again and again through once in a while.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "base/log.h"

namespace berth::base {

// Of lines whose `code` is one of weather (storage_full, deadline_exceeded, unavailable, throttled: a full disk makes
// every request fail alike), one for each event and code in kEvery; `left_out` in the next says how many were not
// written. All other lines pass. Safe from any thread; `inner` and `clock` outlive it. Memory is bounded, since events
// are literals.
class SeldomLog final : public Log {
 public:
  static constexpr auto kEvery = std::chrono::seconds(10);

  SeldomLog(Log& inner, const Clock& clock) : inner_(inner), clock_(clock) {}

  using Log::write;
  bool enabled(LogLevel level) const override { return inner_.enabled(level); }
  void write(LogLevel level, std::string_view event, std::span<const LogField> fields) override;

 private:
  struct Told {
    Timestamp last{};
    std::uint64_t left_out = 0;
  };
  // How many were left out before this one; nullopt: leave it out too.
  std::optional<std::uint64_t> due(std::string key);

  Log& inner_;
  const Clock& clock_;
  std::mutex mutex_;
  std::map<std::string, Told> told_;  // by event and code
};

}  // namespace berth::base
