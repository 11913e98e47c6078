// Default policies, records of evaluations, and evaluations that take turns.
#include "json/parse.h"
#include "service/lifecycle_test_support.h"

namespace berth::service {
namespace {

using base::Errc;
using Tags = std::set<std::string>;

class RecordingLog final : public base::Log {
 public:
  using base::Log::write;
  bool enabled(base::LogLevel) const override { return true; }
  void write(base::LogLevel, std::string_view event, std::span<const base::LogField> fields) override {
    if (event != "PolicyExecutionEvent") return;
    records.emplace_back(std::get<std::string_view>(fields.front().value));
  }
  std::vector<std::string> records;
};

struct LifecycleRunsTest : LifecycleTest {
  RecordingLog events;
  LifecycleRuns told{world.core, world.pulls, events, metrics};

  void run_told() {
    wait(world.core.limits.lifecycle_settle);
    for (auto done = told.step(); ok(done) && *done > 0;) done = told.step();
  }
  void push_to(const model::RepositoryRef& ref, const std::string& name) {
    wait(std::chrono::seconds(1));
    world.push_image(ref, name, {name});
  }
  Tags tags_of(const model::RepositoryRef& ref) {
    const auto all = world.images.tags(world.scope, ref, "", 1'000).value();
    return {all.begin(), all.end()};
  }
  std::vector<LifecycleRecord> records() { return world.lifecycle.records(world.scope, world.app).value(); }
  void put_default(std::string_view text) {
    EXPECT_TRUE(ok(world.lifecycle.put_default(world.scope, world.app.registry, std::string(text))));
  }
  std::uint64_t ended(std::string_view outcome) {
    return metrics.counters("berth_lifecycle_runs_total", "", {"outcome"}).with({outcome}).value();
  }
};

TEST_F(LifecycleRunsTest, ADefaultHoldsWhereThereIsNoPolicy) {
  const auto other = repository("team/other");
  const auto late = repository("team/late");
  world.make(other);
  put(kUntagged);
  for (const auto* name : {"a", "b"}) push_to(world.app, name);
  for (const auto* name : {"a", "b"}) push_to(other, name);
  put_default(kKeepOne);
  EXPECT_EQ(*world.lifecycle.default_policy(world.scope, world.app.registry), kKeepOne);
  run();  // tells the repositories
  settle_and_run();
  EXPECT_EQ(tags(), (Tags{"a", "b"}));
  EXPECT_EQ(tags_of(other), (Tags{"b"}));
  EXPECT_TRUE(fails(Errc::lifecycle_policy_not_found, world.lifecycle.get(world.scope, other)));
  EXPECT_TRUE(fails(Errc::lifecycle_policy_not_found, world.lifecycle.start_preview(world.scope, other, std::nullopt)));
  EXPECT_EQ(world.lifecycle.records(world.scope, other)->front().policy, "registry");

  world.make(late);
  for (const auto* name : {"a", "b"}) push_to(late, name);
  settle_and_run();
  EXPECT_EQ(tags_of(late), (Tags{"b"}));

  // Without its own policy the default holds here, too.
  EXPECT_TRUE(ok(world.lifecycle.remove(world.scope, world.app)));
  settle_and_run();
  EXPECT_EQ(tags(), (Tags{"b"}));

  EXPECT_TRUE(ok(world.lifecycle.remove_default(world.scope, world.app.registry)));
  push_to(other, "c");
  settle_and_run();
  EXPECT_EQ(tags_of(other), (Tags{"b", "c"}));
}

TEST_F(LifecycleRunsTest, ADefaultIsAGoodPolicyOrNone) {
  const auto& registry = world.app.registry;
  EXPECT_TRUE(fails(Errc::lifecycle_policy_not_found, world.lifecycle.default_policy(world.scope, registry)));
  EXPECT_TRUE(fails(Errc::lifecycle_policy_not_found, world.lifecycle.remove_default(world.scope, registry)));
  EXPECT_TRUE(fails(Errc::invalid_parameter, world.lifecycle.put_default(world.scope, registry, "{}")));
  EXPECT_TRUE(
      fails(Errc::invalid_parameter,
            world.lifecycle.put_default(world.scope, registry, std::string(kKeepOne) + std::string(31'000, ' '))));
  EXPECT_TRUE(fails(Errc::lifecycle_policy_not_found, world.lifecycle.default_policy(world.scope, registry)));
}

TEST_F(LifecycleRunsTest, AnotherDefaultStopsARun) {
  for (const auto* name : {"a", "b"}) push(name, {name});
  put_default(kKeepOne);
  EXPECT_EQ(*runs.step(), 1u);  // spreads it
  wait(world.core.limits.lifecycle_settle);
  EXPECT_EQ(*runs.step(), 1u);  // plans
  put_default(kUntagged);
  run();
  EXPECT_EQ(tags(), (Tags{"a", "b"}));
  EXPECT_EQ(ended("superseded"), 1u);
  EXPECT_EQ(records().front().outcome, "superseded");
}

TEST_F(LifecycleRunsTest, EachRunIsRecorded) {
  const auto first = digest_of(push("a", {"a", "x"})).text();
  push("b", {"b"});
  put(kKeepOne);
  const auto begun = world.clock.now() + world.core.limits.lifecycle_settle;
  run_told();
  ASSERT_EQ(records().size(), 1u);
  const auto record = records().front();
  EXPECT_EQ(record.outcome, "complete");
  EXPECT_EQ(record.policy, "repository");
  EXPECT_EQ(record.started_at, begun);
  EXPECT_EQ(record.images, 2);
  EXPECT_EQ(record.expired, 1);
  ASSERT_EQ(record.actions.size(), 1u);
  EXPECT_EQ(record.actions[0].image_digest, first);
  EXPECT_EQ(record.actions[0].image_tags, (std::vector<std::string>{"a", "x"}));
  EXPECT_EQ(record.actions[0].rule_priority, 1);
  EXPECT_EQ(record.actions[0].action, "EXPIRE");

  run_told();
  for (int day = 0; day < 3; ++day) {
    wait(std::chrono::hours(24));
    run_told();
  }
  ASSERT_EQ(records().size(), 2u);  // nothing happened, again and again
  EXPECT_EQ(records().front().expired, 0);
  EXPECT_GT(records().front().started_at, begun + std::chrono::hours(72));
  EXPECT_TRUE(fails(Errc::repository_not_found, world.lifecycle.records(world.scope, repository("no/where"))));
}

TEST_F(LifecycleRunsTest, ARunIsToldAsCloudTrailTellsIt) {
  const auto member = push("member");
  const auto old = digest_of(push("old", {"old"})).text();
  wait(std::chrono::seconds(1));
  const auto list = index_manifest({member});
  EXPECT_TRUE(ok(world.put(world.app, list, {"multi"})));
  put(kKeepOne);
  run_told();
  ASSERT_EQ(events.records.size(), 2u);
  const auto event = json::parse(events.records[0]).value();
  EXPECT_EQ(*event.find_string("eventName"), "PolicyExecutionEvent");
  EXPECT_EQ(*event.find_string("eventType"), "AwsServiceEvent");
  EXPECT_EQ(event.find_string("eventTime")->size(), std::string_view("2020-03-12T20:22:12Z").size());
  EXPECT_EQ(*event.find_string("recipientAccountId"), kAccount);
  const auto expected = [&](const std::string& text) {
    EXPECT_TRUE(events.records[0].contains(text)) << events.records[0];
  };
  expected(R"("userIdentity":{"accountId":"123456789012","invokedBy":"AWS Internal"})");
  expected(R"("resources":[{"ARN":"arn:aws:ecr:us-east-1:123456789012:repository/team/app","accountId":"123456789012",)"
           R"("type":"AWS::ECR::Repository"}])");
  expected(R"("lifecycleEventRules":[{"rulePriority":1,"description":"keep the newest","lifecycleEventSelection":)"
           R"({"tagStatus":"Any","tagPrefixList":[],"countType":"Image count more than","countNumber":1},)"
           R"("action":"expire"}],"lastEvaluatedAt":0,"policyVersion":1,"policyId":")");
  expected(R"("lifecycleEventImageActions":[{"lifecycleEventImage":{"digest":")" + old +
           R"(","tagStatus":"Tagged","tagList":["old"],"pushedAt":)");
  expected(R"("rulePriority":1}],"lifecycleEventFailureDetails":[])");

  // What a list keeps is a failure, and no error of anybody's.
  EXPECT_TRUE(events.records[1].contains(R"("lifecycleEventImageActions":[],"lifecycleEventFailureDetails":[{)"
                                         R"("lifecycleEventImage":{"digest":")" +
                                         digest_of(member).text()))
      << events.records[1];
  EXPECT_TRUE(events.records[1].contains(
      R"("failureCode":"ImageReferencedByManifestList","failureReason":"Requested image referenced by manifest list: [)" +
      digest_of(list).text() + "]\"}"))
      << events.records[1];
  EXPECT_EQ(records().front().held_by_list, 1);
  EXPECT_EQ(records().front().failures.size(), 1u);
}

TEST_F(LifecycleRunsTest, AFailedPlanIsCountedAndRecorded) {
  push("a", {"a"});
  put(kKeepOne);
  wait(world.core.limits.lifecycle_settle);
  EXPECT_TRUE(ok(world.db->write({}, [&](sql::Tx& tx) -> base::Result<void> {
    BERTH_CHECK(tx.exec("UPDATE manifests SET subject = 'no digest'", {}));
    return {};
  })));
  EXPECT_TRUE(fails(Errc::corrupt, runs.step()));
  EXPECT_EQ(ended("failed"), 1u);
  EXPECT_EQ(records().front().outcome, "failed");
  EXPECT_TRUE(records().front().error);
}

TEST_F(LifecycleRunsTest, ALongRunDoesNotKeepOthersWaiting) {
  constexpr std::size_t kMany = 2 * LifecycleRuns::kBatch + 1;
  const auto other = repository("team/other");
  world.make(other);
  for (std::size_t i = 0; i <= kMany; ++i) push("image " + std::to_string(i));
  for (const auto* name : {"a", "b"}) push_to(other, name);
  put(kKeepOne);
  wait(world.core.limits.lifecycle_settle);
  EXPECT_EQ(*runs.step(), 1u);
  EXPECT_EQ(*runs.step(), 1u);
  EXPECT_EQ(runs.acted_on(), LifecycleRuns::kBatch);
  EXPECT_TRUE(ok(world.lifecycle.put(world.scope, other, std::string(kKeepOne))));
  wait(world.core.limits.lifecycle_settle);
  EXPECT_EQ(*runs.step(), 1u);  // takes the other on
  EXPECT_EQ(*runs.step(), 1u);  // the first again
  EXPECT_EQ(*runs.step(), 1u);  // the other's turn
  EXPECT_EQ(tags_of(other), (Tags{"b"}));
  EXPECT_GT(images(), 1u);
  run();
  EXPECT_EQ(images(), 1u);
  EXPECT_EQ(runs.acted_on(), kMany + 1);
}

TEST_F(LifecycleRunsTest, ANewerPlanReplacesTheOneUnderWay) {
  for (std::size_t i = 0; i <= 2 * LifecycleRuns::kBatch; ++i) push("image " + std::to_string(i));
  put(kKeepOne);
  wait(world.core.limits.lifecycle_settle);
  EXPECT_EQ(*runs.step(), 1u);
  EXPECT_EQ(*runs.step(), 1u);
  push("new", {"new"});
  settle_and_run();
  EXPECT_EQ(tags(), (Tags{"new"}));
  EXPECT_EQ(images(), 1u);
  EXPECT_EQ(ended("superseded"), 1u);
}

TEST_F(LifecycleRunsTest, ASlowMakerOfAPreviewWritesNothing) {
  push("a", {"a"});
  push("b", {"b"});
  EXPECT_TRUE(ok(world.lifecycle.start_preview(world.scope, world.app, std::string(kKeepOne))));
  const auto claim = [&](const std::string& id) {
    const auto now = world.clock.now();
    return world.store
        .write({}, [&](meta::Tx& tx) { return tx.lifecycle_previews().claim(now, now + std::chrono::minutes(10), id); })
        .value();
  };
  const auto slow = claim("slow").value();
  wait(std::chrono::minutes(10));
  make_previews();
  EXPECT_EQ(preview()->entries.size(), 1u);
  EXPECT_FALSE(
      world.store.write({}, [&](meta::Tx& tx) { return tx.lifecycle_previews().extend(slow, world.clock.now()); })
          .value());
}

}  // namespace
}  // namespace berth::service
