#include "auth/canonical.h"

#include <gtest/gtest.h>

#include "auth/auth_test_support.h"

namespace berth::auth {
namespace {

TEST(CanonicalPath, RemovesDotAndEmptySegmentsThenEncodesOnceMore) {
  EXPECT_EQ(canonical_path(""), "/");
  EXPECT_EQ(canonical_path("/"), "/");
  EXPECT_EQ(canonical_path("//a//b//"), "/a/b/");
  EXPECT_EQ(canonical_path("/./a/../b"), "/b");
  EXPECT_EQ(canonical_path("/../../a"), "/a");
  EXPECT_EQ(canonical_path("/a/.."), "/");
  EXPECT_EQ(canonical_path("/..."), "/...");
  EXPECT_EQ(canonical_path("/a%20b:c~"), "/a%2520b%3Ac~");
  EXPECT_EQ(canonical_path(std::string_view("/\0\xff", 3)), "/%00%FF");
}

TEST(CanonicalPath, TakesManySegments) {
  std::string path;
  for (int i = 0; i < 30'000; ++i) path += "/..";
  EXPECT_EQ(canonical_path(path), "/");
}

TEST(Query, DecodesAndSplits) {
  const auto query = parse_query("a=b%20c+d&&e&=f&g=h=i&%zz=%4&%");
  ASSERT_EQ(query.size(), 6U);
  EXPECT_EQ(query[0].name, "a");
  EXPECT_EQ(query[0].value, "b c d");
  EXPECT_EQ(query[1].name, "e");
  EXPECT_EQ(query[1].value, "");
  EXPECT_EQ(query[2].name, "");
  EXPECT_EQ(query[2].value, "f");
  EXPECT_EQ(query[3].value, "h=i");
  EXPECT_EQ(query[4].name, "%zz");
  EXPECT_EQ(query[4].value, "%4");
  EXPECT_EQ(query[5].name, "%");
  EXPECT_TRUE(parse_query("").empty());
  EXPECT_TRUE(parse_query("&&&").empty());
}

TEST(Query, SortsByEncodedNameThenValueWithoutTheSignature) {
  EXPECT_EQ(canonical_query(parse_query("b=2&a=2&X-Amz-Signature=x&a=1&A=3&a%2Fb=4&%E1%88%B4=5")),
            "%E1%88%B4=5&A=3&a=1&a=2&a%2Fb=4&b=2");
  EXPECT_EQ(canonical_query(parse_query("a=b+c&d=~-_.")), "a=b%20c&d=~-_.");
  EXPECT_EQ(canonical_query({}), "");
}

// "post-vanilla-query-nonunreserved" of AWS's test suite.
TEST(Query, EncodesWhatIsNotUnreserved) {
  EXPECT_EQ(canonical_query(parse_query("@#$%^=&+=/,?><`\";:\\|][{}")),
            "%20=%2F%2C%3F%3E%3C%60%22%3B%3A%5C%7C%5D%5B%7B%7D&%40%23%24%25%5E=");
}

TEST(CanonicalHeader, TrimsCollapsesAndJoins) {
  TestRequest request{.host = " Registry.example:5000 "};
  request.headers = {{"X-A", "  one \t two  "}, {"x-a", ""}, {"X-B", "b"}, {"X-a", "three"}, {"Host", "ignored"}};
  EXPECT_EQ(canonical_header(request.head(), "x-a"), "one two,,three");
  EXPECT_EQ(canonical_header(request.head(), "host"), "Registry.example:5000");
  EXPECT_EQ(canonical_header(request.head(), "absent"), "");
}

TEST(CanonicalHead, IsAllButTheHashOfTheBody) {
  TestRequest request{.method = "POST", .path = "/", .query = "b&a", .host = "h"};
  request.headers = {{"X-Amz-Date", "20260101T000000Z"}, {"Other", "x"}};
  const std::vector<std::string_view> names = {"host", "x-amz-date"};
  EXPECT_EQ(canonical_head(request.head(), parse_query(request.query), names),
            "POST\n/\na=&b=\nhost:h\nx-amz-date:20260101T000000Z\n\nhost;x-amz-date\n");
}

}  // namespace
}  // namespace berth::auth
