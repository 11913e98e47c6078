// A line on a terminal that says how far a command is.
#pragma once

#include <chrono>
#include <functional>
#include <string>

namespace berth::app {

// A few times a second, on standard error; nothing if that is no terminal.
class LiveLine {
 public:
  LiveLine();

  void show(const std::function<std::string()>& text);
  void clear();

 private:
  bool live_;
  std::chrono::steady_clock::time_point next_{};
};

}  // namespace berth::app
