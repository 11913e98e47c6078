// A thread that does something again and again.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

#include "base/error.h"
#include "base/log.h"

namespace berth::work {

// What one step did.
struct Progress {
  Progress(std::size_t n, std::chrono::milliseconds after = {}) : done(n), rest(after) {}

  std::size_t done;                // 0: nothing to do, sleep until the next time
  std::chrono::milliseconds rest;  // before the next step, so that others have their turn
};

// Owned by app. Destroying it stops the thread after the step under way. `log` outlives it.
class Loop {
 public:
  using Step = std::function<base::Result<Progress>()>;

  // Runs `step` until it finds nothing to do, with the rest that it asks for after each that did something, then again
  // every `pause`. A step that fails is logged and tried again after the same pause.
  Loop(std::string name, std::chrono::milliseconds pause, Step step, base::Log& log);

 private:
  void run(std::stop_token stop);
  void sleep(const std::stop_token& stop, std::chrono::milliseconds time);

  const std::string name_;
  const std::chrono::milliseconds pause_;
  const Step step_;
  base::Log& log_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;  // last: it uses what stands above
};

}  // namespace berth::work
