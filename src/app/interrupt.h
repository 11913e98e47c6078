// SIGINT, SIGTERM and SIGHUP as things that a command waits for, instead of handlers.
#pragma once

#include <signal.h>

namespace berth::app {

// Blocks the three signals for this thread and all that it starts afterwards: make it before any of them. One at a
// time.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  int wait() const;        // the signal that came
  bool requested() const;  // SIGINT or SIGTERM is waiting

 private:
  sigset_t signals_;
  sigset_t before_;
};

}  // namespace berth::app
