#include "json/writer.h"

#include <gtest/gtest.h>

#include <limits>

#include "json/parse.h"

namespace berth::json {
namespace {

std::string number(double d) {
  Writer out;
  out.number(d);
  return out.take();
}

std::string timestamp(std::int64_t micros) {
  Writer out;
  out.timestamp(base::from_micros(micros));
  return out.take();
}

TEST(Writer, WritesCommasWhereTheyBelong) {
  Writer out;
  out.begin_object();
  out.key("a");
  out.begin_array();
  out.integer(1);
  out.begin_object();
  out.end_object();
  out.begin_array();
  out.end_array();
  out.null();
  out.end_array();
  out.key("b");
  out.boolean(true);
  out.key("c");
  out.string("x");
  out.end_object();
  EXPECT_EQ(out.text(), R"({"a":[1,{},[],null],"b":true,"c":"x"})");
}

TEST(Writer, WritesADocumentAsItWas) {
  constexpr std::string_view kText = R"({"b":[1,-2.5,"x\"\\",null,true,{}],"a":{"":[]}})";
  EXPECT_EQ(write(*parse(kText)), kText);
}

TEST(Writer, EscapesWhatMustBe) {
  const std::string hostile("\"\\\n\r\t\0\x1f</script>\u2028", 20);
  Writer out;
  out.string(hostile);
  EXPECT_EQ(*parse(out.text())->as_string(), hostile);
  EXPECT_EQ(out.text().find('\n'), std::string::npos);
}

TEST(Writer, RepairsTextThatIsNotUtf8) {
  Writer out;
  out.begin_object();
  out.key("k\xff");
  out.string("a\xc0\x80z\xed\xa0\x80");
  out.end_object();
  const auto read = parse(out.text());
  ASSERT_TRUE(read);
  EXPECT_NE(read->find("k\ufffd"), nullptr);
}

TEST(Writer, WritesNumbersPlainly) {
  EXPECT_EQ(number(1563223656.123), "1563223656.123");
  EXPECT_EQ(number(1.5e9), "1500000000");
  EXPECT_EQ(number(0.000001), "0.000001");
  EXPECT_EQ(number(0), "0");
  EXPECT_EQ(number(-0.0), "0");
  EXPECT_EQ(number(-2.5), "-2.5");
  EXPECT_EQ(number(1e300), "1e+300");
  EXPECT_EQ(parse(number(1e-300))->as_double(), 1e-300);
  EXPECT_EQ(parse(number(999999999999999868928.0))->as_double(), 999999999999999868928.0);
}

TEST(Writer, NeverWritesWhatJsonDoesNotHave) {
  EXPECT_EQ(number(std::numeric_limits<double>::quiet_NaN()), "null");
  EXPECT_EQ(number(std::numeric_limits<double>::infinity()), "null");
  EXPECT_EQ(number(-std::numeric_limits<double>::infinity()), "null");
}

TEST(Writer, WritesEveryMicrosecondOfATime) {
  EXPECT_EQ(timestamp(1'563'223'656'123'000), "1563223656.123");
  EXPECT_EQ(timestamp(1'563'223'656'000'001), "1563223656.000001");
  EXPECT_EQ(timestamp(1'563'223'656'000'000), "1563223656.0");
  EXPECT_EQ(timestamp(0), "0.0");
  EXPECT_EQ(timestamp(-1), "-0.000001");
  EXPECT_EQ(timestamp(-1'500'000), "-1.5");
  EXPECT_EQ(timestamp(INT64_MIN), "-9223372036854.775808");
}

}  // namespace
}  // namespace berth::json
