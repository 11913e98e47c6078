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

TEST(Etag, IfMatch) {
  const auto tag = etag("sha256:abc");
  for (const auto* field : {"", "*", " * ", "\"sha256:abc\"", "sha256:abc", "\"x\" , \"sha256:abc\""}) {
    EXPECT_TRUE(if_match(field, tag)) << field;
  }
  for (const auto* field : {",", "\"\"", "W/\"sha256:abc\"", "\"sha256:ab\"", "\"x\", W/\"sha256:abc\""}) {
    EXPECT_FALSE(if_match(field, tag)) << field;
  }
}

TEST(Etag, ConditionsInTheirOrder) {
  const auto tag = etag("sha256:abc");
  const auto status = [&](std::string match, std::string none_match) {
    Headers headers;
    if (!match.empty()) headers.add("If-Match", std::move(match));
    if (!none_match.empty()) headers.add("If-None-Match", std::move(none_match));
    return conditional_status(headers, tag);
  };
  EXPECT_EQ(status("", ""), std::nullopt);
  EXPECT_EQ(status("*", "\"x\""), std::nullopt);
  EXPECT_EQ(status("", tag), 304);
  EXPECT_EQ(status(tag, tag), 304);
  EXPECT_EQ(status("\"x\"", tag), 412);
}

TEST(Etag, IfRange) {
  EXPECT_TRUE(if_range("", "\"a\""));
  EXPECT_TRUE(if_range("\"a\"", "\"a\""));
  EXPECT_FALSE(if_range("W/\"a\"", "\"a\""));
  EXPECT_FALSE(if_range("Wed, 21 Oct 2015 07:28:00 GMT", "\"a\""));
}

}  // namespace
}  // namespace berth::web
