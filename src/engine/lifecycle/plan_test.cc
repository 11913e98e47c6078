// What a policy does to a repository: testdata/plans.json. The first cases are the examples of ECR's documentation.
#include "engine/lifecycle/plan.h"

#include <gtest/gtest.h>

#include <map>
#include <optional>

#include "engine/lifecycle/explain.h"
#include "engine/lifecycle/lifecycle_test_support.h"

namespace berth::engine::lifecycle {
namespace {

std::optional<Policy> policy_in(const json::Value& value, const char* member) {
  const json::Value* policy = value.find(member);
  if (!policy) return std::nullopt;
  auto parsed = parse_policy(json::write(*policy));
  EXPECT_TRUE(parsed.has_value()) << parsed.error().message;
  return parsed ? std::optional(*std::move(parsed)) : std::nullopt;
}

// {"A": 1}: the image and the priority of the rule that acted.
std::map<std::string, std::int64_t> expected(const json::Value& value, const char* member) {
  std::map<std::string, std::int64_t> out;
  if (const json::Value* images = value.find(member)) {
    for (const auto& [name, priority] : *images->as_object()) out[name] = priority.as_int().value();
  }
  return out;
}

struct Checker {
  const json::Value& value;
  NamedRepository named{*value.find("images")->as_array()};
  std::optional<Policy> policy = policy_in(value, "policy");
  std::optional<Policy> registry_default = policy_in(value, "default");
  Policies policies{.repository = policy ? &*policy : nullptr,
                    .registry_default = registry_default ? &*registry_default : nullptr};
  Plan plan = make_plan(named.repository(), policies, kNow);

  void fates() const {
    std::map<std::string, std::int64_t> expired, archived;
    for (ImageIndex i = 0; i < plan.decisions.size(); ++i) {
      const Decision& decision = plan.decisions[i];
      if (decision.fate == Fate::keep) continue;
      (decision.fate == Fate::expire ? expired : archived)[named.name(i)] =
          policies.effective()->rules.at(static_cast<std::size_t>(decision.rule)).priority;
    }
    EXPECT_EQ(expired, expected(value, "expired"));
    EXPECT_EQ(archived, expected(value, "archived"));
    EXPECT_EQ(plan.expiring, expired.size());
    EXPECT_EQ(plan.archiving, archived.size());
    EXPECT_EQ(plan.acted_on.size(), expired.size() + archived.size());
  }

  void reasons() const {
    const json::Value* why = value.find("why");
    if (!why) return;
    for (const auto& [image, reason] : *why->as_object()) {
      const Decision& decision = plan.decisions.at(named.find(image));
      EXPECT_EQ(name(decision.reason), *reason.as_string()) << image;
      EXPECT_FALSE(explain(named.repository(), policies.effective(), decision).empty());
    }
  }

  void order() const {
    const json::Value* order = value.find("order");
    if (!order) return;
    std::vector<std::string> wanted, got;
    for (const json::Value& each : *order->as_array()) wanted.push_back(*each.as_string());
    for (const ImageIndex image : plan.acted_on) got.push_back(named.name(image));
    EXPECT_EQ(got, wanted);
  }
};

TEST(PlanTest, Cases) {
  const json::Value cases = read_testdata("plans.json");
  ASSERT_GE(cases.as_array()->size(), 66u);
  for (const json::Value& each : *cases.as_array()) {
    SCOPED_TRACE(*each.find_string("name"));
    const Checker checker{each};
    checker.fates();
    checker.reasons();
    checker.order();
  }
}

TEST(PlanTest, ExplainsInWords) {
  const auto images = json::parse(R"([{"name": "A", "age": 9, "tags": ["a"]}, {"name": "B", "age": 1}])").value();
  const NamedRepository named(*images.as_array());
  const auto policy = parse_policy(R"({"rules": [{"rulePriority": 4, "selection": {"tagStatus": "any",
    "countType": "sinceImagePushed", "countUnit": "days", "countNumber": 5}, "action": {"type": "expire"}}]})");
  const Plan plan = make_plan(named.repository(), *policy, kNow);
  EXPECT_EQ(explain(named.repository(), &*policy, plan.decisions[0]), "rule 4 acts on it: not pushed within 5 days");
  EXPECT_EQ(explain(named.repository(), &*policy, plan.decisions[1]),
            "rule 4 selects it, and it is within its limit: pushed within 5 days");
  EXPECT_EQ(explain(named.repository(), nullptr, {}), "there is no lifecycle policy");
}

TEST(PlanTest, AnyChainAndRingOfReferrersEnds) {
  Repository repository;
  constexpr ImageIndex kLong = 5'000;
  for (ImageIndex i = 0; i < kLong; ++i) {
    repository.images.push_back({.digest = model::Digest::from_raw(model::DigestAlgorithm::sha256,
                                                                   crypto::sha256(base::as_bytes(std::to_string(i)))),
                                 .pushed = days_ago(10),
                                 .subject = i + 1 < kLong ? i + 1 : kNoImage});
  }
  const auto policy = parse_policy(R"({"rules": [{"rulePriority": 1, "selection": {"tagStatus": "any",
    "countType": "sinceImagePushed", "countUnit": "days", "countNumber": 5}, "action": {"type": "expire"}}]})");
  EXPECT_EQ(make_plan(repository, *policy, kNow).expiring, kLong);
  repository.images.back().subject = 0;  // a ring
  EXPECT_EQ(make_plan(repository, *policy, kNow).acted_on.size(), kLong);
}

}  // namespace
}  // namespace berth::engine::lifecycle
