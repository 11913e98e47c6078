// Lifecycle policies that ask when images were pulled.
#include "service/lifecycle_test_support.h"

namespace berth::service {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

const std::string kUnused = R"({"berth": {}, "rules": [{"rulePriority": 1, "selection":
  {"tagStatus": "any", "countType": "sinceImagePulled", "countUnit": "days", "countNumber": 10},
  "action": {"type": "expire"}}]})";
const std::string kKeepPulled = R"({"berth": {"keepPulledWithinDays": 3}, )" + std::string(kKeepOne.substr(1));

struct LifecyclePullsTest : LifecycleTest {
  void pull(const std::string& tag) {
    EXPECT_TRUE(ok(world.images.get(world.scope, world.app, model::Tag::parse(tag).value())));
  }
  void flush() { EXPECT_TRUE(ok(world.pulls.flush({}))); }
  using Tags = std::set<std::string>;
};

TEST_F(LifecyclePullsTest, WhatNobodyPullsExpiresFromItsPushOn) {
  push("never", {"never"});
  push("pulled", {"pulled"});
  put(kUnused);
  wait(hours(24 * 9));
  pull("pulled");
  flush();
  run();
  EXPECT_EQ(tags(), (Tags{"never", "pulled"}));
  wait(hours(25));
  run();
  EXPECT_EQ(tags(), (Tags{"pulled"}));
  wait(hours(24 * 10));
  run();
  EXPECT_EQ(tags(), Tags{});
}

TEST_F(LifecyclePullsTest, WhatWasPulledLatelyStaysWhateverTheRulesSay) {
  for (const auto* name : {"a", "b", "c"}) push(name, {name});
  pull("a");
  flush();
  put(kKeepPulled);
  settle_and_run();
  EXPECT_EQ(tags(), (Tags{"a", "c"}));
  wait(hours(24 * 3 + 1));
  run();
  EXPECT_EQ(tags(), (Tags{"c"}));
}

TEST_F(LifecyclePullsTest, APullThatIsNotWrittenYetCounts) {
  push("a", {"a"});
  put(kUnused);
  wait(hours(24 * 11));
  pull("a");
  run();  // the plan has it: pulls are written before
  EXPECT_EQ(tags(), (Tags{"a"}));
}

TEST_F(LifecyclePullsTest, APullAfterThePlanCounts) {
  push("a", {"a"});
  push("b", {"b"});
  push("c", {"c"});
  put(kUnused);
  wait(hours(24 * 11));
  EXPECT_EQ(*runs.step(), 1u);
  pull("a");  // still in memory
  // By another process, which has written it.
  PullRecorder elsewhere(world.store, world.clock, world.exclusion_cache, metrics);
  ImageService images(world.core, elsewhere);
  EXPECT_TRUE(ok(images.get(world.scope, world.app, model::Tag::parse("b").value())));
  EXPECT_TRUE(ok(elsewhere.flush({})));
  run();
  EXPECT_EQ(tags(), (Tags{"a", "b"}));
  settle_and_run();
  EXPECT_EQ(tags(), (Tags{"a", "b"}));
}

TEST_F(LifecyclePullsTest, APullIsNoReasonForARuleThatDoesNotAsk) {
  push("a", {"a"});
  push("b", {"b"});
  put(kKeepOne);
  wait(world.core.limits.lifecycle_settle);
  EXPECT_EQ(*runs.step(), 1u);
  pull("a");
  run();
  EXPECT_EQ(tags(), (Tags{"b"}));
}

TEST_F(LifecyclePullsTest, PullsOfExcludedPrincipalsKeepNothing) {
  auto scanner = world.scope;
  scanner.caller.kind = auth::CallerKind::role;
  scanner.caller.role_arn = "arn:aws:iam::123456789012:role/scanner";
  EXPECT_TRUE(ok(world.pull_exclusions.add(world.scope, world.app.registry, scanner.caller.role_arn)));
  push("a", {"a"});
  put(kUnused);
  wait(hours(24 * 11));
  EXPECT_TRUE(ok(world.images.get(scanner, world.app, model::Tag::parse("a").value())));
  run();
  EXPECT_EQ(tags(), Tags{});
}

TEST_F(LifecyclePullsTest, WhatWasPulledBeforePullsWereRecordedIsNotUnused) {
  push("old", {"old"});
  wait(hours(24 * 30));
  const auto upgraded = base::to_micros(world.clock.now());
  EXPECT_TRUE(ok(world.db->write({}, [&](sql::Tx& tx) -> base::Result<void> {
    BERTH_CHECK(tx.exec("UPDATE pull_recording SET since = $1", {upgraded}));
    return {};
  })));
  put(kUnused);
  wait(hours(24 * 9));
  run();
  EXPECT_EQ(tags(), (Tags{"old"}));
  wait(hours(24 * 2));
  run();
  EXPECT_EQ(tags(), Tags{});
}

TEST_F(LifecyclePullsTest, OfArchivingTheyAskAsWell) {
  auto archive = kUnused;
  archive.replace(archive.find(R"("expire")"), 8, R"("transition", "targetStorageClass": "archive")");
  push("a", {"a"});
  push("b", {"b"});
  wait(hours(24 * 11));
  pull("b");
  flush();
  EXPECT_TRUE(ok(world.lifecycle.start_preview(world.scope, world.app, archive)));
  make_previews();
  const auto found = preview().value();
  ASSERT_EQ(found.entries.size(), 1u);
  EXPECT_EQ(found.entries[0].tags, (std::vector<std::string>{"a"}));
  EXPECT_TRUE(found.entries[0].archives);
}

}  // namespace
}  // namespace berth::service
