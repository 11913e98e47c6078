// For how long an answer stays the answer, as far as the clock is concerned.
#pragma once

#include <algorithm>

#include "base/clock.h"

namespace berth::base {

// One call's; whoever's part of the answer depends on the time says so. Not safe from several threads.
class Lasting {
 public:
  void until(Timestamp end) { end_ = std::min(end_, end); }
  void only_now() { end_ = Timestamp::min(); }
  Timestamp end() const { return end_; }

 private:
  Timestamp end_ = Timestamp::max();
};

// For those who are given none.
inline void lasts_until(Lasting* lasting, Timestamp end) {
  if (lasting != nullptr) lasting->until(end);
}
inline void lasts_only_now(Lasting* lasting) {
  if (lasting != nullptr) lasting->only_now();
}

}  // namespace berth::base
