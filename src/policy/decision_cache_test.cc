#include "policy/decision_cache.h"

#include <gtest/gtest.h>

#include <thread>

namespace berth::policy {
namespace {

Policies policies(std::string_view condition) {
  const std::string text =
      R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":)" +
      std::string(condition) + "}}";
  Policies out;
  out.identity.push_back({Document::parse(text, Kind::identity).value(), "p"});
  return out;
}

std::shared_ptr<const Decision> allowed() {
  return std::make_shared<const Decision>(Decision{.outcome = Outcome::allowed});
}

CachedQuestion question(const Context& context, std::uint64_t version = 1) {
  return {
      .version = version, .principal = "p", .action = "ecr:PutImage", .resource = "r", .scope = "", .context = context};
}

TEST(DecisionCache, RemembersForTheSameValuesOfTheKeysThatPoliciesRead) {
  DecisionCache cache(1000);
  const auto read = policies(R"({"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}})");
  const Context here{{"aws:SourceIp", "10.1.2.3"}, {"aws:UserAgent", "a"}};
  EXPECT_EQ(cache.find(question(here)), nullptr);
  const auto decision = allowed();
  EXPECT_TRUE(cache.put(question(here), read, decision));
  EXPECT_EQ(cache.find(question(here)), decision);
  EXPECT_EQ(cache.find(question(Context{{"aws:SourceIp", "10.1.2.3"}, {"aws:UserAgent", "b"}})), decision);
  EXPECT_EQ(cache.find(question(Context{{"aws:SourceIp", "11.1.2.3"}})), nullptr);
  EXPECT_EQ(cache.find(question(Context{})), nullptr);
}

TEST(DecisionCache, TellsApartAllPartsOfTheQuestion) {
  DecisionCache cache(1000);
  const Context none;
  cache.put(question(none), policies("{}"), allowed());
  EXPECT_NE(cache.find(question(none)), nullptr);
  const auto known = [&](std::string_view principal, std::string_view action, std::string_view resource,
                         std::string_view scope) {
    return cache.find({.version = 1,
                       .principal = principal,
                       .action = action,
                       .resource = resource,
                       .scope = scope,
                       .context = none}) != nullptr;
  };
  EXPECT_TRUE(known("p", "ecr:PutImage", "r", ""));
  EXPECT_FALSE(known("q", "ecr:PutImage", "r", ""));
  EXPECT_FALSE(known("p", "ecr:BatchGetImage", "r", ""));
  EXPECT_FALSE(known("p", "ecr:PutImage", "s", ""));
  EXPECT_FALSE(known("p", "ecr:PutImage", "r", "vpce-1"));
}

TEST(DecisionCache, ForgetsWithANewVersionAndNeverAnswersAnOldOne) {
  DecisionCache cache(1000);
  const Context none;
  cache.put(question(none, 1), policies("{}"), allowed());
  EXPECT_EQ(cache.find(question(none, 2)), nullptr);
  EXPECT_EQ(cache.size(), 0U);
  EXPECT_TRUE(cache.put(question(none, 1), policies("{}"), allowed()));  // was under way when the version changed
  EXPECT_EQ(cache.find(question(none, 2)), nullptr);
  EXPECT_EQ(cache.find(question(none, 1)), nullptr);
}

TEST(DecisionCache, DoesNotRememberWhatDependsOnTheTime) {
  DecisionCache cache(1000);
  const Context now{{"aws:CurrentTime", "2026-01-01T00:00:00Z"}};
  const auto read = policies(R"({"DateLessThan":{"aws:CurrentTime":"2027-01-01T00:00:00Z"}})");
  EXPECT_FALSE(cache.put(question(now), read, allowed()));
  EXPECT_FALSE(DecisionCache(0).put(question(now), read, allowed()));
  EXPECT_EQ(cache.find(question(now)), nullptr);
}

TEST(DecisionCache, StaysBounded) {
  DecisionCache cache(320);
  const auto read = policies(R"({"StringEquals":{"aws:SourceIp":"x"}})");
  for (int i = 0; i < 5000; ++i) {
    const std::string resource = "r" + std::to_string(i % 700);
    const Context context{{"aws:SourceIp", std::to_string(i)}};
    auto each = question(context);
    each.resource = resource;
    cache.put(each, read, allowed());
    EXPECT_NE(cache.find(each), nullptr);
    EXPECT_LE(cache.size(), 320U + 16 * 8 * 2);
  }
  DecisionCache nothing(0);
  const Context none;
  EXPECT_TRUE(nothing.put(question(none), policies("{}"), allowed()));
  EXPECT_EQ(nothing.find(question(none)), nullptr);
}

TEST(DecisionCache, AnswersFromManyThreads) {
  DecisionCache cache(64);
  const auto read = policies("{}");
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&cache, &read] {
      const Context none;
      for (int i = 0; i < 2000; ++i) {
        auto each = question(none, static_cast<std::uint64_t>(i / 100));
        const std::string principal = std::to_string(i % 50);
        each.principal = principal;
        if (!cache.find(each)) cache.put(each, read, allowed());
      }
    });
  }
}

}  // namespace
}  // namespace berth::policy
