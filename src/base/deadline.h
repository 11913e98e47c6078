// Until when an answer is worth having, and a way to be told to stop earlier.
#pragma once

#include <chrono>
#include <stop_token>

namespace berth::base {

// A value; passed down from the request to whatever blocks. Default: no limit.
struct Deadline {
  std::chrono::steady_clock::time_point at = std::chrono::steady_clock::time_point::max();
  std::stop_token stop;

  static Deadline after(std::chrono::milliseconds wait) {
    return {.at = std::chrono::steady_clock::now() + wait, .stop = {}};
  }
  bool expired() const { return stop.stop_requested() || std::chrono::steady_clock::now() >= at; }
  std::chrono::milliseconds left() const {
    if (at == std::chrono::steady_clock::time_point::max()) return std::chrono::milliseconds::max();
    const auto rest = std::chrono::duration_cast<std::chrono::milliseconds>(at - std::chrono::steady_clock::now());
    return rest.count() > 0 ? rest : std::chrono::milliseconds(0);
  }
};

}  // namespace berth::base
