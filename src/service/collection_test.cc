#include "service/collection.h"

#include "service/fsck.h"
#include "service/repository_removals.h"
#include "service/service_test_support.h"

namespace berth::service {
namespace {

using base::Errc;

struct CollectionTest : testing::Test, protected World {
  Collection collection{core, {.hot = blobs, .cold = archive}, metrics};

  void lease_is_over() { clock.advance(core.limits.lease); }
  // All that is due.
  void collect() {
    for (auto done = collection.step(); ok(done) && *done > 0;) done = collection.step();
  }
  bool stored(std::string_view bytes) { return bytes_of(*contents, digest_of(bytes)) != nullptr; }
  bool there(std::string_view bytes) { return layers.check(scope, app, {digest_of(bytes)})->front().has_value(); }
  void remove(const std::string& manifest) { ASSERT_TRUE(ok(images.remove(scope, app, digest_of(manifest)))); }
  GarbageStatus status() { return garbage_status(core).value(); }
  std::uint64_t counter(const char* name) { return metrics.counter(name, "").value(); }
  void expect_consistent() {
    const auto report = fsck(core, {.hot = blobs, .cold = archive}, {}, [](const FsckReport&) { return true; });
    ASSERT_TRUE(ok(report));
    for (const auto& finding : report->findings) ADD_FAILURE() << finding.digest << " " << finding.detail;
  }
};

TEST_F(CollectionTest, TakesWhatNoImageHoldsOnceTheLeaseIsOver) {
  push_image(app, "kept");
  push_layer(app, "orphan");
  EXPECT_EQ(status().leased.files, 1u);
  EXPECT_EQ(status().leased.bytes, 6u);
  clock.advance(core.limits.lease - std::chrono::seconds(1));
  collect();
  EXPECT_TRUE(stored("orphan"));
  clock.advance(std::chrono::seconds(1));
  collect();
  EXPECT_FALSE(stored("orphan"));
  EXPECT_FALSE(there("orphan"));
  EXPECT_TRUE(stored("layer kept") && stored("config kept"));
  EXPECT_EQ(counter("berth_gc_collected_blobs_total"), 1u);
  EXPECT_EQ(counter("berth_gc_freed_bytes_total"), 6u);
  EXPECT_EQ(status().leased.files + status().dead.files, 0u);
  expect_consistent();
  EXPECT_EQ(*collection.step(), 0u);  // what images hold is not looked at again
  push_layer(app, "orphan");
  EXPECT_EQ(read(*layers.open(scope, app, digest_of("orphan"), whole)), "orphan");
}

TEST_F(CollectionTest, ADeletedImageLetsGoOfItsLayersAfterALease) {
  const auto one = push_image(app, "one");
  lease_is_over();
  collect();
  EXPECT_TRUE(there("layer one"));
  remove(one);
  collect();
  EXPECT_TRUE(there("layer one"));  // whoever was told so a moment ago may still put an image of it
  ASSERT_TRUE(ok(put(app, one)));
  lease_is_over();
  collect();
  EXPECT_TRUE(there("layer one"));
  remove(one);
  lease_is_over();
  collect();
  EXPECT_FALSE(stored("layer one") || stored("config one"));
  EXPECT_TRUE(fails(Errc::layers_not_found, put(app, one)));
  expect_consistent();
}

TEST_F(CollectionTest, WhoIsToldThatALayerIsThereMayCountOnIt) {
  push_layer(app, "orphan");
  for (int i = 0; i < 3; ++i) {
    clock.advance(core.limits.lease * 8 / 10);
    EXPECT_TRUE(there("orphan"));  // renews
    collect();
  }
  EXPECT_TRUE(stored("orphan"));
  clock.advance(core.limits.lease / 20);
  EXPECT_TRUE(there("orphan"));  // has enough left: no write
  clock.advance(core.limits.lease * 19 / 20);
  collect();
  EXPECT_FALSE(stored("orphan"));
}

TEST_F(CollectionTest, ALayerStaysForTheRepositoriesWhoseImagesHoldIt) {
  const auto other = repository("other/app");
  make(other);
  push_image(app, "one");
  const auto of_other = push_image(other, "one");
  lease_is_over();
  collect();
  ASSERT_TRUE(ok(images.remove(scope, other, digest_of(of_other))));
  lease_is_over();
  collect();
  EXPECT_TRUE(there("layer one"));
  EXPECT_FALSE(layers.check(scope, other, {digest_of("layer one")})->front().has_value());
  expect_consistent();
}

TEST_F(CollectionTest, ARemovedRepositoryLetsGoOfItsLayers) {
  base::NullLog log;
  push_image(app, "one");
  lease_is_over();
  collect();
  ASSERT_TRUE(ok(repositories.remove(scope, app, Force::yes)));
  RepositoryRemovals removals(core, log, metrics);
  for (auto rows = removals.step(); ok(rows) && *rows > 0;) rows = removals.step();
  collect();
  EXPECT_TRUE(contents->blobs.empty());
  expect_consistent();
}

TEST_F(CollectionTest, NewBytesReplaceThoseThatAreThere) {
  push_layer(app, "again");
  const auto reader = layers.open(scope, app, digest_of("again"), whole);
  push_layer(app, "again");
  EXPECT_EQ(contents->blobs.size(), 2u);
  EXPECT_EQ(status().dead.bytes, 5u);
  collect();
  EXPECT_EQ(contents->blobs.size(), 1u);
  EXPECT_EQ(read(*reader), "again");
  EXPECT_EQ(read(*layers.open(scope, app, digest_of("again"), whole)), "again");
}

TEST_F(CollectionTest, ManyGoBatchByBatch) {
  constexpr std::size_t kMany = 2 * Collection::kBatch + 1;
  for (std::size_t i = 0; i < kMany; ++i) push_layer(app, "orphan " + std::to_string(i));
  lease_is_over();
  ASSERT_TRUE(ok(collection.step()));
  EXPECT_EQ(contents->blobs.size(), kMany - Collection::kBatch);
  collect();
  EXPECT_TRUE(contents->blobs.empty());
  EXPECT_EQ(counter("berth_gc_collected_blobs_total"), kMany);
  EXPECT_EQ(counter("berth_gc_freed_files_total"), kMany);
}

TEST_F(CollectionTest, WhatOneUnlinkedBeforeItEndedTheNextForgets) {
  push_layer(app, "orphan");
  lease_is_over();
  ASSERT_TRUE(ok(collection.step()));
  EXPECT_FALSE(stored("orphan"));
  EXPECT_EQ(status().dead.files, 1u);  // until the next step
  Collection next{core, {.hot = blobs, .cold = archive}, metrics};
  EXPECT_EQ(*next.step(), 1u);
  EXPECT_EQ(*next.step(), 0u);
  EXPECT_EQ(status().dead.files, 0u);
  EXPECT_EQ(counter("berth_gc_freed_files_total"), 1u);
}

TEST_F(CollectionTest, TheSweepTakesOldFilesThatNothingNamesAtTheSecondLook) {
  push_image(app, "one");
  push_layer(app, "again");
  push_layer(app, "again");  // the former bytes are dead, not nameless
  clock.advance(std::chrono::days(8));
  const blob::BlobName stray{.digest = digest_of("stray"), .key = core.new_ulid()};
  const blob::BlobName copy{.digest = digest_of("layer one"), .key = core.new_ulid()};
  for (const auto& name : {stray, copy}) contents->blobs[name] = std::make_shared<const std::string>("layer one");
  ASSERT_TRUE(ok(collection.sweep()));
  EXPECT_TRUE(contents->blobs.contains(stray));
  const auto named_meanwhile = [&](meta::Tx& tx) {
    return tx.blobs().put(stray.digest, stray.key, 9, clock.now(), clock.now() + core.limits.lease);
  };
  ASSERT_TRUE(ok(store.write({}, named_meanwhile)));
  EXPECT_EQ(*collection.sweep(), 1u);
  EXPECT_TRUE(contents->blobs.contains(stray));
  EXPECT_FALSE(contents->blobs.contains(copy));
  EXPECT_EQ(read(*layers.open(scope, app, digest_of("layer one"), whole)), "layer one");
  EXPECT_EQ(counter("berth_gc_swept_files_total"), 1u);
}

}  // namespace
}  // namespace berth::service
