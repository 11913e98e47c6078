#include "json/parse.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "json/writer.h"

namespace berth::json {
namespace {

using testing::HasSubstr;

Value good(std::string_view text) {
  auto value = parse(text);
  EXPECT_TRUE(value) << text << ": " << (value ? "" : value.error().message);
  return value ? *value : Value();
}

std::string refusal(std::string_view text, const Limits& limits = {}) {
  const auto value = parse(text, limits);
  EXPECT_FALSE(value) << text;
  if (value) return {};
  EXPECT_EQ(value.error().code, base::Errc::serialization);
  return value.error().message;
}

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

TEST(Parse, ReadsEveryKind) {
  EXPECT_EQ(good(R"( {"a":[null,true,false,-1,2.5,"x",{}],"b":{"c":""}} )"),
            Value(Object{{"a", Array{Value(), true, false, -1, 2.5, "x", Object{}}}, {"b", Object{{"c", ""}}}}));
  EXPECT_EQ(good("null"), Value());
  EXPECT_EQ(good("\"top\""), Value("top"));
  EXPECT_EQ(good("[]"), Value(Array{}));
}

TEST(Parse, KeepsTheOrderOfMembers) { EXPECT_EQ(write(good(R"({"z":1,"a":2,"m":3})")), R"({"z":1,"a":2,"m":3})"); }

TEST(Parse, DecodesStrings) {
  EXPECT_EQ(*good(R"("\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00")").as_string(), "\"\\/\b\f\n\r\t\u00e9\U0001f600");
  EXPECT_EQ(*good("\"\u00e9\U0001f600\"").as_string(), "\u00e9\U0001f600");
  EXPECT_EQ(*good(R"("a\u0000b")").as_string(), std::string("a\0b", 3));
  // Longer than any buffer inside the parser, with an escape at each place where one may end.
  const std::string plain(5000, 'x');
  EXPECT_EQ(*good("\"" + plain + "\\n" + plain + "\"").as_string(), plain + "\n" + plain);
  EXPECT_EQ(good("{\"" + plain + "\\n\":1}").find(plain + "\n")->as_int(), 1);
}

TEST(Parse, KeepsNumbersExact) {
  EXPECT_EQ(good("9223372036854775807").as_int(), INT64_MAX);
  EXPECT_EQ(good("-9223372036854775808").as_int(), INT64_MIN);
  EXPECT_EQ(good("9223372036854775808").as_int(), std::nullopt);
  EXPECT_EQ(good("18446744073709551616").as_double(), 18446744073709551616.0);
  EXPECT_EQ(good("1.0").as_int(), std::nullopt);
  EXPECT_EQ(good("1e2").as_int(), std::nullopt);
  EXPECT_EQ(good("1563223656.123456").as_double(), 1563223656.123456);
  EXPECT_EQ(good("0.1").as_double(), 0.1);
  EXPECT_EQ(good("123456789.123456789e-7").as_double(), 123456789.123456789e-7);
  EXPECT_EQ(good("1.7976931348623157e308").as_double(), 1.7976931348623157e308);
  EXPECT_EQ(good("1e-400").as_double(), 0.0);
  EXPECT_EQ(good("-0").as_double(), 0.0);
}

TEST(Parse, RefusesNumbersThatAreNone) {
  EXPECT_THAT(refusal("1e400"), HasSubstr("too large"));
  EXPECT_THAT(refusal("[-1e400]"), HasSubstr("too large"));
  for (const auto* text : {"01", "+1", "1.", ".5", "1e", "0x10", "NaN", "Infinity", "-", "1e99999999999999999999"}) {
    EXPECT_NE(refusal(text), "") << text;
  }
}

TEST(Parse, RefusesWhatIsNotJson) {
  for (const auto* text : {"",        " ",       "{",        "[1,",  "[1,]", "{\"a\":1,}", "{\"a\"}",
                           "{a:1}",   "{'a':1}", "[1 2]",    "tru",  "nul",  "\"a",        "\"\n\"",
                           "\"\\x\"", "// c\n1", "/* c */1", "[1]]", "{}{}", "1 2",        "\xef\xbb\xbf{}",
                           "\"\t\""}) {
    EXPECT_NE(refusal(text), "") << text;
  }
}

TEST(Parse, SaysWhere) {
  EXPECT_THAT(refusal("{\"a\":tru}"), HasSubstr("at byte 9"));
  EXPECT_THAT(refusal("[1,2"), HasSubstr("at the end"));
  EXPECT_THAT(refusal("{} x"), HasSubstr("extra data at byte 4"));
}

TEST(Parse, RefusesTextThatIsNotUtf8) {
  for (const auto* bytes : {"\xff", "\xc0\x80", "\xc1\xbf", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80",
                            "\xf5\x80\x80\x80", "\x80", "\xc3", "\xe2\x82", "\xc3("}) {
    EXPECT_NE(refusal("\"" + std::string(bytes) + "\""), "");
    EXPECT_NE(refusal("{\"" + std::string(bytes) + "\":1}"), "");
  }
}

TEST(Parse, RefusesHalfASurrogatePair) {
  for (const auto* text : {R"("\ud83d")", R"("\ude00")", R"("\ud83dx")", R"("\ud83d\u0041")", R"("\u12")"}) {
    EXPECT_NE(refusal(text), "") << text;
  }
}

TEST(Parse, RefusesANameTwice) {
  EXPECT_THAT(refusal(R"({"a":1,"b":2,"a":3})"), HasSubstr("'a' occurs twice"));
  EXPECT_THAT(refusal(R"({"a":1,"\u0061":2})"), HasSubstr("'a' occurs twice"));
  EXPECT_THAT(refusal(R"([{"x":{"":1,"":2}}])"), HasSubstr("'' occurs twice"));
  good(R"({"a":{"a":[{"a":1},{"a":1}]},"A":1})");
}

TEST(Parse, RefusesDepth) {
  good(nested(64));
  EXPECT_THAT(refusal(nested(65)), HasSubstr("at byte 65"));
  EXPECT_NE(refusal(std::string(1'000'000, '[')), "");
  std::string objects;
  for (int i = 0; i < 100'000; ++i) objects += "{\"a\":";
  EXPECT_NE(refusal(objects), "");
  EXPECT_TRUE(parse(nested(3), {.depth = 3}));
  EXPECT_FALSE(parse(nested(4), {.depth = 3}));
}

TEST(Parse, RefusesTooManyValues) {
  EXPECT_TRUE(parse("[1,2,3]", {.elements = 4}));
  EXPECT_THAT(refusal("[1,2,3]", {.elements = 3}), HasSubstr("too many values"));
  EXPECT_THAT(refusal("[[],[]]", {.elements = 2}), HasSubstr("too many values"));
  std::string zeros = "[0";
  for (int i = 0; i < 300'000; ++i) zeros += ",0";
  EXPECT_THAT(refusal(zeros + "]"), HasSubstr("too many values"));
}

TEST(Parse, TakesManyMembersInReasonableTime) {
  std::string text = "{";
  for (int i = 0; i < 100'000; ++i) text += "\"name" + std::to_string(i) + "\":0,";
  good(text + "\"last\":0}");
}

}  // namespace
}  // namespace berth::json
