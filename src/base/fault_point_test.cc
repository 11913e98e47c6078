#include "base/fault_point.h"

#include <gtest/gtest.h>

namespace berth::base {
namespace {

#ifdef BERTH_FAULTS

TEST(FaultPointDeathTest, EndsTheProcessAtTheArmedPointOnly) {
  const auto run = [] {
    arm_fault_point("base.test.second:2");
    BERTH_FAULT_POINT("base.test.first");
    for (int i = 0; i < 2; ++i) BERTH_FAULT_POINT("base.test.second");
  };
  EXPECT_EXIT(run(), testing::ExitedWithCode(137), "");
  BERTH_FAULT_POINT("base.test.second");  // nothing is armed in this process
}

#else

TEST(FaultPoint, IsNothingInWhatIsShipped) { BERTH_FAULT_POINT("base.test.first"); }

#endif

}  // namespace
}  // namespace berth::base
