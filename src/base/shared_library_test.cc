#include "base/shared_library.h"

#include <gtest/gtest.h>

#include "base/test_support.h"

namespace berth::base {
namespace {

TEST(SharedLibrary, FindsFunctions) {
  auto library = SharedLibrary::load("libm.so.6");
  ASSERT_TRUE(ok(library));
  double (*root)(double) = nullptr;
  EXPECT_TRUE(ok(library->bind(root, "sqrt").complete()));
  ASSERT_NE(root, nullptr);
  EXPECT_EQ(root(9), 3);
}

TEST(SharedLibrary, SaysWhatIsMissing) {
  const auto none = SharedLibrary::load("libnone.so.7");
  ASSERT_TRUE(fails_with(Errc::unavailable, none));
  EXPECT_TRUE(none.error().message.contains("libnone.so.7")) << none.error().message;
  auto library = SharedLibrary::load("libm.so.6");
  ASSERT_TRUE(ok(library));
  double (*root)(double) = nullptr;
  void (*fly)() = nullptr;
  const auto incomplete = library->bind(fly, "no_such_function").bind(root, "sqrt").complete();
  ASSERT_TRUE(fails_with(Errc::unavailable, incomplete));
  EXPECT_TRUE(incomplete.error().message.contains("libm.so.6 has no no_such_function")) << incomplete.error().message;
}

}  // namespace
}  // namespace berth::base
