#include "base/clock.h"

#include <gtest/gtest.h>

namespace berth::base {
namespace {

TEST(Clock, ManualClockStandsStill) {
  ManualClock clock(from_micros(5));
  EXPECT_EQ(to_micros(clock.now()), 5);
  EXPECT_EQ(to_micros(clock.now()), 5);
  clock.advance(std::chrono::seconds(2));
  EXPECT_EQ(to_micros(clock.now()), 2'000'005);
}

TEST(Clock, SystemClockIsAfterThisWasWritten) { EXPECT_GT(to_micros(SystemClock().now()), 1'700'000'000'000'000); }

TEST(Clock, Rfc3339) {
  EXPECT_EQ(to_rfc3339(from_micros(0)), "1970-01-01T00:00:00.000000Z");
  EXPECT_EQ(to_rfc3339(from_micros(951'782'399'999'999)), "2000-02-28T23:59:59.999999Z");
  EXPECT_EQ(to_rfc3339(from_micros(951'782'400'000'000)), "2000-02-29T00:00:00.000000Z");
  EXPECT_EQ(to_rfc3339(from_micros(-1)), "1969-12-31T23:59:59.999999Z");
}

}  // namespace
}  // namespace berth::base
