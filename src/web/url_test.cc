#include "web/url.h"

#include <gtest/gtest.h>

namespace berth::web {
namespace {

TEST(PercentDecode, DecodesAndKeepsPlus) {
  EXPECT_EQ(percent_decode("a%2Fb%7e+c").value(), "a/b~+c");
  EXPECT_EQ(percent_decode("").value(), "");
  EXPECT_EQ(percent_decode("%ff").value(), "\xff");
  EXPECT_EQ(percent_decode("%252e").value(), "%2e");  // once, not twice
}

TEST(PercentDecode, RefusesWhatIsMalformed) {
  for (const auto* text : {"%", "%1", "a%", "a%2", "%zz", "%2g", "% 1", "%00", "x%00y", "%-1"}) {
    const auto result = percent_decode(text);
    ASSERT_FALSE(result) << text;
    EXPECT_EQ(result.error().code, base::Errc::invalid_parameter);
  }
}

TEST(PercentEncode, LeavesOnlyUnreserved) {
  EXPECT_EQ(percent_encode("AZaz09-._~"), "AZaz09-._~");
  EXPECT_EQ(percent_encode("a/b c+\xff"), "a%2Fb%20c%2B%FF");
  EXPECT_EQ(percent_encode_path("/v2/a b/"), "/v2/a%20b/");
}

TEST(Query, KeepsOrderAndRepeats) {
  const auto query = Query::parse("tag=a&n=10&tag=b+c&flag&empty=&x=1=2&%74ag=d").value();
  EXPECT_EQ(query.size(), 7u);
  EXPECT_EQ(query.find("tag"), "a");
  EXPECT_EQ(query.all("tag"), (std::vector<std::string_view>{"a", "b c", "d"}));
  EXPECT_EQ(query.find("flag"), "");
  EXPECT_EQ(query.find("empty"), "");
  EXPECT_EQ(query.get("x"), "1=2");
  EXPECT_FALSE(query.find("absent"));
  EXPECT_FALSE(query.contains("absent"));
}

TEST(Query, SkipsEmptyPieces) {
  EXPECT_EQ(Query::parse("").value().size(), 0u);
  EXPECT_EQ(Query::parse("&&").value().size(), 0u);
  EXPECT_EQ(Query::parse("&a=1&").value().size(), 1u);
}

TEST(Query, RefusesWhatIsMalformed) {
  for (const auto* text : {"a=%", "%=1", "a=1&b=%4", "a=%00"}) EXPECT_FALSE(Query::parse(text)) << text;
}

TEST(Query, RoundTrip) {
  std::string all;
  for (int c = 1; c < 256; ++c) all += static_cast<char>(c);
  const auto query = Query::parse(percent_encode(all) + "=" + percent_encode(all)).value();
  EXPECT_EQ(query.find(all), all);
}

}  // namespace
}  // namespace berth::web
