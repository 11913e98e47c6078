#include "work/loop.h"

#include <gtest/gtest.h>

#include <semaphore>

namespace berth::work {
namespace {

TEST(Loop, GoesOnWhileThereIsWorkAndAfterAFailure) {
  base::NullLog log;
  std::counting_semaphore<> steps(0);
  int calls = 0;
  Loop loop(
      "test", std::chrono::milliseconds(1),
      [&]() -> base::Result<std::size_t> {
        ++calls;
        if (calls <= 5) steps.release();
        if (calls == 2) return base::fail(base::Errc::unavailable, "not now");
        return calls < 2 ? 1 : 0;
      },
      log);
  for (int i = 0; i < 5; ++i) steps.acquire();
}

// A rest of an hour would not let the second step come; a rest without work counts for nothing.
TEST(Loop, RestsAfterStepsThatAskForIt) {
  base::NullLog log;
  std::counting_semaphore<> steps(0);
  int calls = 0;
  Loop loop(
      "test", std::chrono::milliseconds(1),
      [&]() -> base::Result<Progress> {
        steps.release();
        if (++calls == 1) return Progress(0, std::chrono::hours(1));
        if (calls == 2) return Progress(1, std::chrono::milliseconds(1));
        return Progress(1, std::chrono::hours(1));
      },
      log);
  for (int i = 0; i < 3; ++i) steps.acquire();
  EXPECT_FALSE(steps.try_acquire());
}

TEST(Loop, StopsWhileItSleeps) {
  base::NullLog log;
  std::binary_semaphore ran(0);
  {
    Loop loop(
        "test", std::chrono::hours(1),
        [&]() -> base::Result<std::size_t> {
          ran.release();
          return 0;
        },
        log);
    ran.acquire();
  }
}

}  // namespace
}  // namespace berth::work
