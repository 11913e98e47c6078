#include "work/loop.h"

namespace berth::work {

Loop::Loop(std::string name, std::chrono::milliseconds pause, Step step, base::Log& log)
    : name_(std::move(name)), pause_(pause), step_(std::move(step)), log_(log), thread_([this](std::stop_token stop) {
        run(std::move(stop));
      }) {}

void Loop::run(std::stop_token stop) {
  while (!stop.stop_requested()) {
    const auto done = step_();
    if (!done) log_.error(name_, done.error());
    sleep(stop, done && done->done > 0 ? done->rest : pause_);
  }
}

void Loop::sleep(const std::stop_token& stop, std::chrono::milliseconds time) {
  if (time.count() == 0) return;
  std::unique_lock lock(mutex_);
  wake_.wait_for(lock, stop, time, [] { return false; });
}

}  // namespace berth::work
