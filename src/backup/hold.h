// Keeps files of blobs from being unlinked while a backup reads them.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/log.h"
#include "meta/store.h"
#include "work/loop.h"

namespace berth::backup {

// One owner. While it is taken a thread renews it; it is let go with the owner, and after a crash it runs out.
class Hold {
 public:
  static constexpr auto kLasts = std::chrono::minutes(15);  // unless it is renewed
  static constexpr auto kRenewed = std::chrono::minutes(1);

  Hold(meta::Store& store, const base::Clock& clock, base::Log& log) : store_(store), clock_(clock), log_(log) {}
  Hold(const Hold&) = delete;
  Hold& operator=(const Hold&) = delete;
  ~Hold();

  base::Result<void> take(const std::string& id);  // committed when it returns
  base::Result<void> release();

 private:
  base::Result<void> renew();

  meta::Store& store_;
  const base::Clock& clock_;
  base::Log& log_;
  std::string id_;  // empty: nothing is held
  std::unique_ptr<work::Loop> renewal_;
};

}  // namespace berth::backup
