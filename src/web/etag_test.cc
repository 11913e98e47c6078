#include "web/etag.h"

#include <gtest/gtest.h>

namespace berth::web {
namespace {

TEST(Etag, IfNoneMatch) {
  const auto tag = etag("sha256:abc");
  EXPECT_EQ(tag, "\"sha256:abc\"");
  for (const auto* field : {"\"sha256:abc\"", "W/\"sha256:abc\"", "*", " * ", "\"x\", \"sha256:abc\"", "sha256:abc",
                            "\"x\",W/\"sha256:abc\" , \"y\""}) {
    EXPECT_TRUE(if_none_match(field, tag)) << field;
  }
  for (const auto* field : {"", ",", "\"\"", "\"sha256:ab\"", "\"sha256:abcd\"", "sha256:ab", "\"sha256:abc", "w/x"}) {
    EXPECT_FALSE(if_none_match(field, tag)) << field;
  }
}

TEST(Etag, IfRange) {
  EXPECT_TRUE(if_range("", "\"a\""));
  EXPECT_TRUE(if_range("\"a\"", "\"a\""));
  EXPECT_FALSE(if_range("W/\"a\"", "\"a\""));
  EXPECT_FALSE(if_range("Wed, 21 Oct 2015 07:28:00 GMT", "\"a\""));
}

}  // namespace
}  // namespace berth::web
