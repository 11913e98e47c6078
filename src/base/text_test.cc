#include "base/text.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace berth::base {
namespace {

using Parts = std::vector<std::string_view>;

TEST(Text, Split) {
  EXPECT_EQ(split("a,b", ','), (Parts{"a", "b"}));
  EXPECT_EQ(split("a,,b,", ','), (Parts{"a", "", "b", ""}));
  EXPECT_EQ(split("", ','), (Parts{""}));
}

TEST(Text, Trim) {
  EXPECT_EQ(trim(" \t a b \r\n"), "a b");
  EXPECT_EQ(trim(" \n"), "");
  EXPECT_EQ(trim(""), "");
}

TEST(Text, ParseIntegerIsStrict) {
  EXPECT_EQ(parse_integer<int>("-12"), -12);
  EXPECT_EQ(parse_integer<std::uint64_t>("18446744073709551615"), UINT64_MAX);
  for (const std::string_view bad : {"", "+1", " 1", "1 ", "1x", "0x1", "1.0", "-"}) {
    EXPECT_EQ(parse_integer<int>(bad), std::nullopt) << bad;
  }
  EXPECT_EQ(parse_integer<std::uint64_t>("18446744073709551616"), std::nullopt);
  EXPECT_EQ(parse_integer<unsigned>("-1"), std::nullopt);
  EXPECT_EQ(parse_integer<std::uint8_t>("256"), std::nullopt);
}

TEST(Text, QuoteJson) {
  EXPECT_EQ(quote_json("a\"b\\c"), R"("a\"b\\c")");
  EXPECT_EQ(quote_json("a\nb\tc\x7f"), R"("a\nb\u0009c\u007f")");
  EXPECT_EQ(quote_json("h\xc3\xa9 \xf0\x9f\x9a\xa2"), "\"h\xc3\xa9 \xf0\x9f\x9a\xa2\"");
}

TEST(Text, QuoteJsonReplacesWhatIsNotUtf8) {
  const std::string bad = "\xef\xbf\xbd";
  EXPECT_EQ(quote_json("\xff"), '"' + bad + '"');
  EXPECT_EQ(quote_json("\xc0\x80"), '"' + bad + bad + '"');                      // overlong
  EXPECT_EQ(quote_json("\xed\xa0\x80"), '"' + bad + bad + bad + '"');            // surrogate
  EXPECT_EQ(quote_json("\xe2\x82"), '"' + bad + bad + '"');                      // cut short
  EXPECT_EQ(quote_json("\xf4\x90\x80\x80"), '"' + bad + bad + bad + bad + '"');  // beyond U+10FFFF
}

TEST(Text, Lower) { EXPECT_EQ(to_lower("AZ[az\xc3\x89"), "az[az\xc3\x89"); }

TEST(Text, IsUtf8) {
  for (const auto* const good : {"", "abc", "\u00e9\u5927\U0001f600", "\x7f"}) EXPECT_TRUE(is_utf8(good)) << good;
  for (const auto* const wrong : {"\xff", "a\xe4", "\xc0\x80", "\xed\xa0\x80", "\xe2\x82", "\xf4\x90\x80\x80"}) {
    EXPECT_FALSE(is_utf8(wrong)) << quote_json(wrong);
  }
}

TEST(Text, CountsCharactersNotBytes) {
  EXPECT_EQ(utf8_length(""), 0U);
  EXPECT_EQ(utf8_length("abc"), 3U);
  EXPECT_EQ(utf8_length("\u00e9\u5927\U0001f600"), 3U);
}

}  // namespace
}  // namespace berth::base
