// Lifecycle policies from what a client says to what is gone.
#include "service/lifecycle_test_support.h"

namespace berth::service {
namespace {

using base::Errc;

TEST_F(LifecycleTest, APolicyIsKeptAsItCame) {
  EXPECT_TRUE(fails(Errc::lifecycle_policy_not_found, world.lifecycle.get(world.scope, world.app)));
  EXPECT_TRUE(fails(Errc::lifecycle_policy_not_found, world.lifecycle.remove(world.scope, world.app)));
  put(kKeepOne);
  EXPECT_EQ(world.lifecycle.get(world.scope, world.app)->text, kKeepOne);
  EXPECT_EQ(evaluated(), base::Timestamp{});
  EXPECT_EQ(world.lifecycle.remove(world.scope, world.app)->text, kKeepOne);
  EXPECT_TRUE(fails(Errc::lifecycle_policy_not_found, world.lifecycle.get(world.scope, world.app)));
}

TEST_F(LifecycleTest, ABadPolicyChangesNothing) {
  put(kKeepOne);
  const auto refused = world.lifecycle.put(world.scope, world.app, "{}");
  EXPECT_TRUE(fails(Errc::invalid_parameter, refused));
  EXPECT_TRUE(fails(Errc::repository_not_found,
                    world.lifecycle.put(world.scope, repository("no/where"), std::string(kKeepOne))));
  EXPECT_EQ(world.lifecycle.get(world.scope, world.app)->text, kKeepOne);
}

TEST_F(LifecycleTest, ExpiresSoonAfterThePolicyAndEachPush) {
  for (const auto* name : {"a", "b", "c"}) push(name, {name});
  put(kKeepOne);
  EXPECT_EQ(run(), 0u);  // not due yet
  settle_and_run();
  EXPECT_EQ(tags(), (std::set<std::string>{"c"}));
  EXPECT_EQ(evaluated(), world.clock.now());
  settle_and_run();  // looks again, finds nothing
  const auto then = evaluated();
  EXPECT_EQ(settle_and_run(), 0u);
  push("d", {"d"});
  settle_and_run();
  EXPECT_EQ(tags(), (std::set<std::string>{"d"}));
  EXPECT_GT(evaluated(), then);
}

TEST_F(LifecycleTest, EvaluatesEveryDay) {
  push("a", {"v1"});
  push("b", {"v1"});  // takes the tag
  put(kUntagged);
  settle_and_run();
  EXPECT_EQ(images(), 2u);
  wait(std::chrono::hours(23));
  EXPECT_EQ(run(), 0u);
  for (int day = 0; day < 3; ++day) {
    wait(std::chrono::hours(24));
    EXPECT_GT(run(), 0u);
  }
  EXPECT_EQ(images(), 1u);
}

TEST_F(LifecycleTest, ManyImagesGoInBatches) {
  constexpr std::size_t kMany = 3 * LifecycleRuns::kBatch + 7;
  for (std::size_t i = 0; i < kMany; ++i) push("image " + std::to_string(i));
  put(kKeepOne);
  wait(world.core.limits.lifecycle_settle);
  EXPECT_EQ(*runs.step(), 1u);  // plans
  EXPECT_EQ(images(), kMany);
  EXPECT_EQ(*runs.step(), 1u);
  EXPECT_EQ(images(), kMany - LifecycleRuns::kBatch);
  // Killed here: whoever comes next goes on once the claim has run out.
  LifecycleRuns next(world.core, world.pulls, log, metrics);
  EXPECT_EQ(*next.step(), 0u);
  wait(std::chrono::minutes(11));
  for (auto done = next.step(); ok(done) && *done > 0;) done = next.step();
  EXPECT_EQ(images(), 1u);
}

TEST_F(LifecycleTest, WhatHasChangedSinceThePlanStays) {
  const auto first = push("a", {"a"});
  push("b", {"b"});
  push("c", {"c"});
  put(kKeepOne);
  wait(world.core.limits.lifecycle_settle);
  EXPECT_EQ(*runs.step(), 1u);
  EXPECT_TRUE(ok(world.put(world.app, first, {"keep-me"})));
  run();
  EXPECT_EQ(tags(), (std::set<std::string>{"a", "c", "keep-me"}));
  settle_and_run();  // as nothing forbids it, the next plan takes it
  EXPECT_EQ(tags(), (std::set<std::string>{"c"}));
}

TEST_F(LifecycleTest, WhatWasPushedAgainSinceThePlanStays) {
  const auto first = push("a", {"a"});
  const auto digest = digest_of(first);
  push("b", {"b"});
  put(kKeepOne);
  wait(world.core.limits.lifecycle_settle);
  EXPECT_EQ(*runs.step(), 1u);
  EXPECT_TRUE(ok(world.images.remove(world.scope, world.app, digest)));
  wait(std::chrono::seconds(1));
  EXPECT_TRUE(ok(world.put(world.app, first, {"a"})));
  run();
  EXPECT_EQ(tags(), (std::set<std::string>{"a", "b"}));
  settle_and_run();  // it is the newest now
  EXPECT_EQ(tags(), (std::set<std::string>{"a"}));
}

TEST_F(LifecycleTest, ASignatureWhoseSubjectHasComeStays) {
  wait(std::chrono::seconds(1));
  const auto subject = image_manifest("config late subject", "layer late subject");
  push("signature", {}, R"(,"subject":)" + descriptor(kOciManifest, subject));
  push("new", {"new"});
  put(kKeepOne);
  wait(world.core.limits.lifecycle_settle);
  EXPECT_EQ(*runs.step(), 1u);
  push("late subject", {"subject"});
  run();
  EXPECT_EQ(images(), 3u);
}

TEST_F(LifecycleTest, AMemberOfAListThatHasComeStays) {
  const auto member = push("member");
  push("new", {"new"});
  put(kKeepOne);
  wait(world.core.limits.lifecycle_settle);
  EXPECT_EQ(*runs.step(), 1u);
  EXPECT_TRUE(ok(world.put(world.app, index_manifest({member}), {"multi"})));
  run();
  EXPECT_EQ(images(), 3u);
  settle_and_run();  // the list is the newest now, and its member stays with it
  EXPECT_EQ(tags(), (std::set<std::string>{"multi"}));
  EXPECT_EQ(images(), 2u);
}

TEST_F(LifecycleTest, AnotherPolicyStopsARun) {
  for (const auto* name : {"a", "b", "c"}) push(name, {name});
  put(kKeepOne);
  wait(world.core.limits.lifecycle_settle);
  EXPECT_EQ(*runs.step(), 1u);
  put(kUntagged);
  run();
  EXPECT_EQ(tags().size(), 3u);
}

TEST_F(LifecycleTest, ListsGoBeforeTheirMembersAndSignaturesWithTheirSubject) {
  const auto member = push("member");
  wait(std::chrono::seconds(1));
  const auto list = index_manifest({member});
  EXPECT_TRUE(ok(world.put(world.app, list, {"multi"})));
  push("signature", {}, R"(,"subject":)" + descriptor(kOciIndex, list));
  push("new", {"new"});
  EXPECT_EQ(images(), 4u);
  put(kKeepOne);
  settle_and_run();
  EXPECT_EQ(images(), 2u);  // the list and its signature have gone
  EXPECT_EQ(tags(), (std::set<std::string>{"new"}));
  settle_and_run();
  EXPECT_EQ(images(), 1u);
}

TEST_F(LifecycleTest, APreviewShowsAndDoesNothing) {
  EXPECT_TRUE(fails(Errc::lifecycle_preview_not_found, preview()));
  EXPECT_TRUE(
      fails(Errc::lifecycle_policy_not_found, world.lifecycle.start_preview(world.scope, world.app, std::nullopt)));
  push("a", {"a"});
  push("b");
  push("c", {"c"});
  const auto started = world.lifecycle.start_preview(world.scope, world.app, std::string(kKeepOne));
  ASSERT_TRUE(ok(started));
  EXPECT_EQ(started->status, PreviewStatus::in_progress);
  EXPECT_TRUE(fails(Errc::lifecycle_preview_in_progress,
                    world.lifecycle.start_preview(world.scope, world.app, std::string(kKeepOne))));
  EXPECT_EQ(preview()->preview.status, PreviewStatus::in_progress);
  make_previews();
  const auto done = preview().value();
  EXPECT_EQ(done.preview.status, PreviewStatus::complete);
  EXPECT_EQ(done.preview.text, kKeepOne);
  EXPECT_EQ(done.preview.expiring, 2);
  ASSERT_EQ(done.entries.size(), 2u);
  EXPECT_EQ(done.entries[0].tags, (std::vector<std::string>{"a"}));
  EXPECT_EQ(done.entries[0].priority, 1);
  EXPECT_FALSE(done.entries[0].archives);
  EXPECT_EQ(images(), 3u);

  EXPECT_EQ(preview({.limit = 1})->entries.size(), 2u);  // one more: there is another page
  EXPECT_EQ(preview({.position = 1})->entries.size(), 1u);
  EXPECT_EQ(preview({.status = meta::TagStatus::untagged})->entries.at(0).position, 1);
  EXPECT_EQ(preview({.ids = {{.digest = {}, .tag = "a"}, {.digest = {}, .tag = "c"}, {}}})->entries.size(), 1u);
}

TEST_F(LifecycleTest, APreviewOfTheStoredPolicyReplacesTheLastAndExpires) {
  push("a", {"a"});
  push("b", {"b"});
  put(kKeepOne);
  const auto first = world.lifecycle.start_preview(world.scope, world.app, std::nullopt);
  make_previews();
  EXPECT_EQ(preview()->entries.size(), 1u);
  const auto second = world.lifecycle.start_preview(world.scope, world.app, std::string(kArchive));
  ASSERT_TRUE(ok(second));
  EXPECT_NE(second->id, first->id);
  wait(std::chrono::hours(25));
  make_previews();
  EXPECT_EQ(preview()->preview.archiving, 2);
  EXPECT_TRUE(preview()->entries.at(0).archives);
  wait(std::chrono::hours(24));
  make_previews();
  EXPECT_EQ(preview()->preview.status, PreviewStatus::expired);
  EXPECT_TRUE(preview()->entries.empty());
}

TEST_F(LifecycleTest, APreviewIsMadeAgainIfItsMakerDied) {
  push("a", {"a"});
  push("b", {"b"});
  ASSERT_TRUE(ok(world.lifecycle.start_preview(world.scope, world.app, std::string(kKeepOne))));
  const auto now = world.clock.now();
  EXPECT_TRUE(world.store
                  .write({},
                         [&](meta::Tx& tx) {
                           return tx.lifecycle_previews().claim(now, now + std::chrono::minutes(10), "somebody");
                         })
                  ->has_value());
  make_previews();
  EXPECT_EQ(preview()->preview.status, PreviewStatus::in_progress);
  wait(std::chrono::minutes(10));
  make_previews();
  EXPECT_EQ(preview()->preview.expiring, 1);
}

}  // namespace
}  // namespace berth::service
