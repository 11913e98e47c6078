#include "json/value.h"

#include <gtest/gtest.h>

#include <limits>

namespace berth::json {
namespace {

TEST(Value, AnswersOnlyAsWhatItIs) {
  EXPECT_TRUE(Value().is_null());
  EXPECT_EQ(Value(true).as_bool(), true);
  EXPECT_EQ(Value(7).as_int(), 7);
  EXPECT_EQ(Value(7).as_double(), 7.0);
  EXPECT_EQ(Value(7.5).as_double(), 7.5);
  EXPECT_EQ(*Value("x").as_string(), "x");

  EXPECT_EQ(Value(7.0).as_int(), std::nullopt);
  EXPECT_EQ(Value("7").as_int(), std::nullopt);
  EXPECT_EQ(Value(1).as_bool(), std::nullopt);
  EXPECT_EQ(Value(true).as_double(), std::nullopt);
  EXPECT_EQ(Value(1).as_string(), nullptr);
  EXPECT_EQ(Value("x").as_array(), nullptr);
  EXPECT_EQ(Value(Array{}).as_object(), nullptr);
}

TEST(Value, KeepsUnsignedNumbersInRangeWhole) {
  EXPECT_EQ(Value(std::uint64_t{9223372036854775807U}).as_int(), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(Value(std::uint64_t{9223372036854775808U}).as_int(), std::nullopt);
  EXPECT_EQ(Value(std::uint64_t{9223372036854775808U}).as_double(), 9223372036854775808.0);
}

TEST(Value, FindsMembers) {
  const Value object(Object{{"a", 1}, {"b", "two"}, {"", Value()}});
  EXPECT_EQ(object.find("a")->as_int(), 1);
  EXPECT_EQ(*object.find_string("b"), "two");
  EXPECT_TRUE(object.find("")->is_null());
  EXPECT_EQ(object.find("c"), nullptr);
  EXPECT_EQ(object.find_string("a"), nullptr);
  EXPECT_EQ(Value("a").find("a"), nullptr);
}

TEST(Value, NamesItsKind) {
  EXPECT_EQ(Value().kind(), "null");
  EXPECT_EQ(Value(false).kind(), "boolean");
  EXPECT_EQ(Value(1).kind(), "number");
  EXPECT_EQ(Value(1.5).kind(), "number");
  EXPECT_EQ(Value("").kind(), "string");
  EXPECT_EQ(Value(Array{}).kind(), "array");
  EXPECT_EQ(Value(Object{}).kind(), "object");
}

TEST(Value, Compares) {
  EXPECT_EQ(Value(Array{1, "a"}), Value(Array{1, "a"}));
  EXPECT_NE(Value(1), Value(1.0));
  EXPECT_NE(Value(Object{{"a", 1}}), Value(Object{{"a", 2}}));
}

}  // namespace
}  // namespace berth::json
