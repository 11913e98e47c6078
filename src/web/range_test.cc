#include "web/range.h"

#include <gtest/gtest.h>

#include <limits>

namespace berth::web {
namespace {

std::string show(std::string_view range, std::uint64_t size) {
  const auto selection = select_range(range, size);
  if (const auto* part = std::get_if<ContentPart>(&selection)) {
    EXPECT_GT(part->length, 0u);
    EXPECT_LE(part->offset + part->length, size);
    return content_range(*part, size);
  }
  return std::holds_alternative<WholeContent>(selection) ? "whole" : unsatisfied_content_range(size);
}

TEST(Range, Single) {
  EXPECT_EQ(show("bytes=0-0", 10), "bytes 0-0/10");
  EXPECT_EQ(show("bytes=0-9", 10), "bytes 0-9/10");
  EXPECT_EQ(show("bytes=3-", 10), "bytes 3-9/10");
  EXPECT_EQ(show("bytes=3-99", 10), "bytes 3-9/10");
  EXPECT_EQ(show("bytes=-4", 10), "bytes 6-9/10");
  EXPECT_EQ(show("bytes=-99", 10), "bytes 0-9/10");
  EXPECT_EQ(show("BYTES=1-2", 10), "bytes 1-2/10");
}

TEST(Range, Unsatisfiable) {
  EXPECT_EQ(show("bytes=10-", 10), "bytes */10");
  EXPECT_EQ(show("bytes=10-12", 10), "bytes */10");
  EXPECT_EQ(show("bytes=-0", 10), "bytes */10");
  EXPECT_EQ(show("bytes=2-1", 10), "bytes */10");
  EXPECT_EQ(show("bytes=0-", 0), "bytes */0");
  EXPECT_EQ(show("bytes=-1", 0), "bytes */0");
}

TEST(Range, IgnoredMeansWhole) {
  for (const auto* range :
       {"", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=1", "bytes=1-2,4-5", "bytes=0-1,", "items=0-1",
        "bytes=--1", "bytes=1--2", "bytes=+1-2", "bytes = 1-2", "bytes=1-2 ", "bytes=0x1-2", "byte=1-2"}) {
    EXPECT_EQ(show(range, 10), "whole") << range;
  }
}

TEST(Range, NumbersBeyond64Bits) {
  constexpr std::uint64_t kMax = std::numeric_limits<std::uint64_t>::max();
  EXPECT_EQ(show("bytes=0-99999999999999999999999", 10), "bytes 0-9/10");
  EXPECT_EQ(show("bytes=99999999999999999999999-", 10), "bytes */10");
  EXPECT_EQ(show("bytes=-99999999999999999999999", 10), "bytes 0-9/10");
  EXPECT_EQ(select_range("bytes=0-18446744073709551615", kMax), Selection(ContentPart{.offset = 0, .length = kMax}));
}

}  // namespace
}  // namespace berth::web
