#include "model/resource_tag.h"

#include <gtest/gtest.h>

#include <vector>

#include "json/fields.h"

namespace berth::model {
namespace {

using base::Errc;
using Tags = std::vector<ResourceTag>;

TEST(ResourceTags, TakesWhatAwsTakes) {
  EXPECT_TRUE(check_resource_tags(Tags{}));
  EXPECT_TRUE(check_resource_tags(Tags{{"env", "prod"}, {"Env", ""}, {"a b_c.d:e/f=g+h-i@j", " x "}}));
  EXPECT_TRUE(check_resource_tags(Tags{{std::string(128, 'k'), std::string(256, 'v')}}));
  EXPECT_TRUE(check_resource_tags(Tags{{"gr\u00f6\u00dfe", "\u5927"}, {"awsome", "1"}}));
  std::string letters;
  for (int i = 0; i < 128; ++i) letters += "\u00e9";
  EXPECT_TRUE(check_resource_tags(Tags{{letters, ""}}));
}

TEST(ResourceTags, RefusesTheRest) {
  for (const auto& bad :
       {ResourceTag{"", "v"}, ResourceTag{std::string(129, 'k'), ""}, ResourceTag{"k", std::string(257, 'v')},
        ResourceTag{"aws:x", ""}, ResourceTag{"AWS:x", ""}, ResourceTag{"a,b", ""}, ResourceTag{"a\nb", ""},
        ResourceTag{"k", "<script>"}, ResourceTag{"k", "a\tb"}, ResourceTag{"k", "\u0085"}, ResourceTag{"*", ""},
        ResourceTag{std::string("a\0", 2), ""}}) {
    const auto checked = check_resource_tags(Tags{{"fine", ""}, bad});
    ASSERT_FALSE(checked) << bad.key;
    EXPECT_EQ(checked.error().code, Errc::invalid_tag_parameter);
  }
  EXPECT_EQ(check_resource_tags(Tags{{"a", "1"}, {"b", ""}, {"a", "2"}}).error().message, "Tag keys must be unique");
}

TEST(ResourceTags, AreAtMostFifty) {
  Tags tags;
  for (int i = 0; i < 50; ++i) tags.push_back({"k" + std::to_string(i), ""});
  EXPECT_TRUE(check_resource_tags(tags));
  tags.push_back({"k50", ""});
  EXPECT_EQ(check_resource_tags(tags).error().code, Errc::too_many_tags);
}

TEST(ResourceTagKeys, FollowTheSameRules) {
  EXPECT_TRUE(check_resource_tag_keys(std::vector<std::string>{"a", "b", "a"}));
  EXPECT_EQ(check_resource_tag_keys(std::vector<std::string>{"aws:a"}).error().code, Errc::invalid_tag_parameter);
  EXPECT_EQ(check_resource_tag_keys(std::vector<std::string>(51, "a")).error().code, Errc::too_many_tags);
}

TEST(ResourceTag, IsAShapeWithCapitals) {
  EXPECT_EQ(json::encode(ResourceTag{"k", "v"}), R"({"Key":"k","Value":"v"})");
  EXPECT_EQ(json::decode<ResourceTag>(R"({"Key":"k","Value":"v"})")->value, "v");
  EXPECT_FALSE(json::decode<ResourceTag>(R"({"Key":"k"})"));
}

}  // namespace
}  // namespace berth::model
