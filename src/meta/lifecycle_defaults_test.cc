// Policies that repositories inherit, and records of evaluations.
#include "meta/store_test_support.h"

namespace berth::meta {
namespace {

class LifecycleDefaultsTest : public StoreTest {
 protected:
  LifecycleDefaultsTest() = default;

  void put_default(const std::string& text, const model::RegistryRef& in = registry()) {
    EXPECT_TRUE(ok(write([&](Tx& tx) { return tx.lifecycle_defaults().put(in, text); })));
  }
  // All that there is to spread, two at a time; how many repositories were looked at.
  std::size_t spread(std::int64_t due) {
    std::size_t all = 0;
    while (read([](Tx& tx) { return tx.lifecycle_defaults().any_to_spread(); }).value()) {
      all += write([&](Tx& tx) { return tx.lifecycle_defaults().spread(at(due), 2); }).value();
    }
    return all;
  }
  std::optional<LifecycleClaim> claim(std::int64_t now, std::int64_t until) {
    return write([&](Tx& tx) { return tx.lifecycle_policies().claim(at(now), at(until)); }).value();
  }
  std::optional<PolicyInForce> in_force(const std::string& repository) {
    return read([&](Tx& tx) { return tx.lifecycle_policies().in_force(repository); }).value();
  }
  bool extend(const LifecycleClaim& claim, std::int64_t until) {
    return write([&](Tx& tx) { return tx.lifecycle_policies().extend(claim, at(until)); }).value();
  }
};
BERTH_ON_EVERY_ENGINE(LifecycleDefaultsTest);

TEST_P(LifecycleDefaultsTest, HoldForRepositoriesWithoutAPolicy) {
  std::vector<std::string> repositories;
  for (const auto* name : {"aa", "bb", "cc", "dd", "ee"}) repositories.push_back(make(name));
  const auto elsewhere = make("aa", registry("210987654321"));
  EXPECT_TRUE(ok(write([&](Tx& tx) { return tx.lifecycle_policies().put(repositories[1], "own", at(5'000)); })));
  put_default("default");
  EXPECT_EQ(in_force(repositories[0])->text, "default");  // at once
  EXPECT_TRUE(in_force(repositories[0])->inherited);
  EXPECT_EQ(in_force(repositories[1])->text, "own");
  EXPECT_FALSE(in_force(elsewhere));
  EXPECT_EQ(spread(100), 5u);
  EXPECT_FALSE(claim(99, 1'000));
  std::vector<std::string> claimed;
  while (const auto one = claim(100, 1'000)) {
    EXPECT_EQ(one->text, "default");
    EXPECT_TRUE(one->inherited);
    claimed.push_back(one->repository);
  }
  EXPECT_EQ(claimed, (std::vector<std::string>{repositories[0], repositories[2], repositories[3], repositories[4]}));
  EXPECT_FALSE(read([&](Tx& tx) { return tx.lifecycle_policies().find(repositories[0]); })->has_value());
}

TEST_P(LifecycleDefaultsTest, NewRepositoriesInherit) {
  put_default("default");
  spread(0);
  const auto repo = make("team/new");
  EXPECT_FALSE(claim(1'000'000, 2'000'000));  // nothing to do before images come
  EXPECT_TRUE(ok(write([&](Tx& tx) { return tx.lifecycle_policies().hasten(repo, at(100)); })));
  EXPECT_EQ(claim(100, 1'000)->repository, repo);
}

TEST_P(LifecycleDefaultsTest, AnotherTextEndsAClaim) {
  const auto repo = make("team/app");
  put_default("one");
  spread(10);
  const auto mine = claim(10, 1'000).value();
  EXPECT_TRUE(extend(mine, 1'000));
  put_default("two");
  EXPECT_FALSE(extend(mine, 2'000));
  EXPECT_FALSE(write([&](Tx& tx) { return tx.lifecycle_policies().finish(mine, at(20), at(30)); }).value());
  EXPECT_EQ(spread(50), 1u);
  EXPECT_EQ(claim(50, 2'000)->text, "two");
  // So does a policy of its own, and it may be the same text.
  EXPECT_TRUE(ok(write([&](Tx& tx) { return tx.lifecycle_policies().put(repo, "own", at(60)); })));
  EXPECT_EQ(claim(60, 2'000)->text, "own");
  EXPECT_TRUE(ok(write([&](Tx& tx) { return tx.lifecycle_policies().remove(repo, at(70)); })));
  EXPECT_EQ(claim(70, 2'000)->text, "two");
}

TEST_P(LifecycleDefaultsTest, AreGoneForAllAtOnce) {
  const auto repo = make("team/app");
  put_default("one");
  spread(10);
  EXPECT_TRUE(write([](Tx& tx) { return tx.lifecycle_defaults().remove(registry()); }).value());
  EXPECT_FALSE(write([](Tx& tx) { return tx.lifecycle_defaults().remove(registry()); }).value());
  EXPECT_FALSE(in_force(repo));
  EXPECT_FALSE(claim(10, 1'000));
  EXPECT_FALSE(read([&](Tx& tx) { return tx.lifecycle_policies().any_due(at(10)); }).value());  // its row has gone
  EXPECT_FALSE(read([](Tx& tx) { return tx.lifecycle_defaults().find(registry()); })->has_value());
}

TEST_P(LifecycleDefaultsTest, TheLastRecordsStay) {
  const auto repo = make("team/app");
  const auto add = [&](const std::string& id, RunEffect effect) {
    EXPECT_TRUE(ok(write([&](Tx& tx) { return tx.lifecycle_records().add(repo, id, effect, "record " + id, 3); })));
  };
  const auto list = [&](std::size_t limit = 9) {
    std::string all;
    for (const auto& text : read([&](Tx& tx) { return tx.lifecycle_records().list(repo, limit); }).value()) {
      all += text.back();
    }
    return all;
  };
  add("1", RunEffect::acted);
  add("2", RunEffect::idle);
  add("3", RunEffect::idle);  // takes the other's place
  EXPECT_EQ(list(), "31");
  add("4", RunEffect::acted);
  add("5", RunEffect::idle);
  EXPECT_EQ(list(), "543");
  EXPECT_EQ(list(1), "5");
  EXPECT_TRUE(ok(write([&](Tx& tx) { return tx.repositories().remove(repo); })));
  add("6", RunEffect::acted);  // of a repository that is gone
  EXPECT_EQ(list(), "");
}

}  // namespace
}  // namespace berth::meta
