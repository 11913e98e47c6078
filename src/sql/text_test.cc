#include "sql/text.h"

#include <gtest/gtest.h>

namespace berth::sql {
namespace {

using namespace std::string_literals;

TEST(Text, Utf8IsStorable) {
  for (const auto& text : {""s, "plain"s, "\x01\x7f"s, "\xc2\x80"s, "\xdf\xbf"s, "\xe0\xa0\x80"s, "\xed\x9f\xbf"s,
                           "\xee\x80\x80"s, "\xef\xbf\xbf"s, "\xf0\x90\x80\x80"s, "\xf4\x8f\xbf\xbf"s}) {
    EXPECT_TRUE(is_storable_text(text)) << testing::PrintToString(text);
  }
}

TEST(Text, NulAndMalformedUtf8AreNot) {
  for (const auto& text : {"\0"s,
                           "a\0"s,
                           "\x80"s,
                           "a\xbf"s,
                           "\xc0\x80"s,
                           "\xc1\xbf"s,
                           "\xc2"s,
                           "\xc2 "s,
                           "\xe0\x80\x80"s,
                           "\xe0\x9f\xbf"s,
                           "\xe1\x80"s,
                           "\xed\xa0\x80"s,
                           "\xed\xbf\xbf"s,
                           "\xf0\x8f\xbf\xbf"s,
                           "\xf0\x90\x80"s,
                           "\xf4\x90\x80\x80"s,
                           "\xf5\x80\x80\x80"s,
                           "\xfe"s,
                           "\xff"s,
                           "\xe2\x82\xc2\xac"s}) {
    EXPECT_FALSE(is_storable_text(text)) << testing::PrintToString(text);
  }
}

TEST(Text, TheErrorNamesTheParameterAndShowsNothingOfIt) {
  const Value parameters[] = {std::int64_t{1}, "fine", Blob{"\0\xff"s}, std::monostate(), "secret\xff"};
  const auto result = check_text(parameters);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, base::Errc::invalid_parameter);
  EXPECT_NE(result.error().message.find("$5"), std::string::npos);
  EXPECT_EQ(result.error().message.find("secret"), std::string::npos);
  EXPECT_TRUE(check_text(std::span(parameters, 4)));
}

}  // namespace
}  // namespace berth::sql
