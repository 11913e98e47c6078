// What is a policy and what is not, and how it is said: testdata/policies.json.
#include "engine/lifecycle/policy.h"

#include <gtest/gtest.h>

#include "engine/lifecycle/lifecycle_test_support.h"

namespace berth::engine::lifecycle {
namespace {

using base::Errc;

std::string joined(const json::Array& lines) {
  std::string out;
  for (const json::Value& line : lines) out += (out.empty() ? "" : "\n") + *line.as_string();
  return out;
}

TEST(PolicyTest, Cases) {
  const json::Value cases = read_testdata("policies.json");
  ASSERT_GE(cases.as_array()->size(), 60u);
  for (const json::Value& each : *cases.as_array()) {
    SCOPED_TRACE(*each.find_string("name"));
    const std::string* text = each.find_string("text");
    const auto policy = parse_policy(text ? *text : json::write(*each.find("policy")));
    const std::string problems = joined(*each.find("problems")->as_array());
    if (problems.empty()) {
      EXPECT_TRUE(policy.has_value()) << policy.error().message;
      continue;
    }
    ASSERT_FALSE(policy.has_value());
    EXPECT_EQ(policy.error().code, Errc::invalid_parameter);
    EXPECT_EQ(policy.error().message,
              "Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle policy validation "
              "failure: " +
                  problems + "'");
  }
}

TEST(PolicyTest, RulesComeByPriority) {
  const auto policy = parse_policy(R"({"rules": [
    {"rulePriority": 9, "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 7},
     "action": {"type": "transition", "targetStorageClass": "archive"}},
    {"rulePriority": 2, "description": "old", "selection": {"tagStatus": "tagged", "tagPatternList": ["a*", "b"],
     "countType": "sinceImagePushed", "countUnit": "days", "countNumber": 14}, "action": {"type": "expire"}}]})");
  ASSERT_TRUE(policy.has_value()) << policy.error().message;
  ASSERT_EQ(policy->rules.size(), 2u);
  const Rule& first = policy->rules[0];
  EXPECT_EQ(first.priority, 2);
  EXPECT_EQ(first.description, "old");
  EXPECT_EQ(first.tag_status, TagStatus::tagged);
  EXPECT_EQ(first.patterns, (std::vector<std::string>{"a*", "b"}));
  EXPECT_TRUE(first.prefixes.empty());
  EXPECT_EQ(first.count_type, CountType::since_image_pushed);
  EXPECT_EQ(first.count, 14);
  EXPECT_EQ(first.storage, StorageClass::standard);
  EXPECT_EQ(first.action, Action::expire);
  EXPECT_EQ(policy->rules[1].action, Action::transition);
  EXPECT_EQ(policy->rules[1].count, 7);
  EXPECT_TRUE(transitions(*policy));
  EXPECT_FALSE(policy->extended);
}

TEST(PolicyTest, FiftyRulesAndNoMore) {
  const auto rules = [](int n) {
    json::Array all;
    for (int i = 1; i <= n; ++i) {
      all.push_back(json::parse(R"({"rulePriority":)" + std::to_string(i) +
                                R"(,"selection":{"tagStatus":"tagged","tagPrefixList":["p)" + std::to_string(i) +
                                R"("],"countType":"imageCountMoreThan","countNumber":1},"action":{"type":"expire"}})")
                        .value());
    }
    return json::write(json::Object{{.name = "rules", .value = std::move(all)}});
  };
  EXPECT_TRUE(parse_policy(rules(50)).has_value());
  const auto many = parse_policy(rules(51));
  ASSERT_FALSE(many.has_value());
  EXPECT_TRUE(many.error().message.contains("array is too long: must have at most 50 elements but instance has 51"))
      << many.error().message;
}

TEST(PolicyTest, DeepTextIsNoPolicy) {
  std::string text = R"({"rules":)" + std::string(100'000, '[') + std::string(100'000, ']') + "}";
  ASSERT_FALSE(parse_policy(text).has_value());
  EXPECT_TRUE(parse_policy(text).error().message.contains("Could not map policyString into LifecyclePolicy."));
}

}  // namespace
}  // namespace berth::engine::lifecycle
