#include "model/tag_mutability.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth::model {
namespace {

using Mode = TagMutabilityMode;
using testing::HasSubstr;

bool immutable(Mode mode, std::vector<std::string> filters, std::string_view tag) {
  const auto made = TagMutability::make(mode, std::move(filters));
  EXPECT_TRUE(made) << (made ? "" : made.error().message);
  return made && made->immutable(*Tag::parse(tag));
}

std::string refusal(Mode mode, std::vector<std::string> filters) {
  const auto made = TagMutability::make(mode, std::move(filters));
  EXPECT_FALSE(made);
  if (made) return {};
  EXPECT_EQ(made.error().code, base::Errc::invalid_parameter);
  return made.error().message;
}

TEST(TagMutability, HasFourModes) {
  EXPECT_FALSE(TagMutability().immutable(*Tag::parse("v1")));
  EXPECT_FALSE(immutable(Mode::mutable_, {}, "v1"));
  EXPECT_TRUE(immutable(Mode::immutable, {}, "v1"));

  EXPECT_FALSE(immutable(Mode::immutable_with_exclusion, {"latest", "dev-*"}, "latest"));
  EXPECT_FALSE(immutable(Mode::immutable_with_exclusion, {"latest", "dev-*"}, "dev-7"));
  EXPECT_TRUE(immutable(Mode::immutable_with_exclusion, {"latest", "dev-*"}, "v1"));
  EXPECT_TRUE(immutable(Mode::immutable_with_exclusion, {"latest"}, "latest2"));

  EXPECT_TRUE(immutable(Mode::mutable_with_exclusion, {"v*"}, "v1"));
  EXPECT_FALSE(immutable(Mode::mutable_with_exclusion, {"v*"}, "latest"));
}

TEST(TagMutability, WantsFiltersWhereTheyMeanSomething) {
  EXPECT_EQ(refusal(Mode::immutable_with_exclusion, {}),
            "Invalid parameter at 'imageTagMutabilityExclusionFilters' failed to satisfy constraint: "
            "'ImageTagMutabilityExclusionFilters can't be null when imageTagMutability is set as "
            "IMMUTABLE_WITH_EXCLUSION'");
  EXPECT_THAT(refusal(Mode::mutable_with_exclusion, {}), HasSubstr("set as MUTABLE_WITH_EXCLUSION"));
  EXPECT_THAT(refusal(Mode::mutable_, {"a"}), HasSubstr("must be null when imageTagMutability is set as MUTABLE'"));
  EXPECT_THAT(refusal(Mode::immutable, {"a"}), HasSubstr("must be null"));
}

TEST(TagMutability, ChecksFilters) {
  EXPECT_TRUE(TagMutability::make(Mode::mutable_with_exclusion, {"a", "b", "c", "d", "e"}));
  EXPECT_THAT(refusal(Mode::mutable_with_exclusion, {"a", "b", "c", "d", "e", "f"}),
              HasSubstr("less than or equal to 5"));
  EXPECT_TRUE(TagMutability::make(Mode::mutable_with_exclusion, {"*a*"}));
  EXPECT_THAT(refusal(Mode::mutable_with_exclusion, {"*a*b*"}), HasSubstr("2 wildcards"));
  for (const auto* bad : {"", "a b", "a/b", "a?", "a+", "\xc3\xa9", "[a]"}) {
    EXPECT_THAT(refusal(Mode::mutable_with_exclusion, {"ok", bad}), HasSubstr("must satisfy regular expression"))
        << bad;
  }
  EXPECT_NE(refusal(Mode::mutable_with_exclusion, {std::string(129, 'a')}), "");
}

TEST(TagMutability, HasNames) {
  EXPECT_EQ(name(Mode::mutable_), "MUTABLE");
  EXPECT_EQ(name(Mode::immutable), "IMMUTABLE");
  EXPECT_EQ(name(Mode::mutable_with_exclusion), "MUTABLE_WITH_EXCLUSION");
  EXPECT_EQ(name(Mode::immutable_with_exclusion), "IMMUTABLE_WITH_EXCLUSION");
}

}  // namespace
}  // namespace berth::model
