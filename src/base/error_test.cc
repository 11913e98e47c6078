#include "base/error.h"

#include <gtest/gtest.h>

namespace berth::base {
namespace {

Result<int> half(int n) {
  if (n % 2 != 0) return fail(Errc::invalid_parameter, "odd");
  return n / 2;
}

Result<int> quarter(int n) {
  BERTH_TRY(const int once, half(n));
  BERTH_CHECK(half(once));
  return once / 2;
}

TEST(Error, TryHandsTheErrorOn) {
  EXPECT_EQ(quarter(8), 2);
  const auto failed = quarter(6);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, Errc::invalid_parameter);
  EXPECT_EQ(failed.error().message, "odd");
  EXPECT_TRUE(std::string_view(failed.error().where.file_name()).ends_with("error_test.cc"));
}

TEST(Error, Names) {
  EXPECT_EQ(name(Errc::invalid_parameter), "invalid_parameter");
  EXPECT_EQ(name(Errc::internal), "internal");
}

TEST(Error, SpellsValidationAsEcrDoes) {
  const auto failed = fail_parameter("maxResults", "Member must have value less than or equal to 1000");
  EXPECT_EQ(failed.error().code, Errc::invalid_parameter);
  EXPECT_EQ(failed.error().message,
            "Invalid parameter at 'maxResults' failed to satisfy constraint: 'Member must have value less than or "
            "equal to 1000'");
}

}  // namespace
}  // namespace berth::base
