#include "service/fsck.h"

#include "service/scrubber.h"
#include "service/service_test_support.h"
#include "sql/database.h"

namespace berth::service {
namespace {

using base::Errc;

struct FsckTest : testing::Test, protected World {
  const BlobStores stores{.hot = blobs, .cold = archive};

  FsckReport check(FsckOptions options = {}) {
    auto report = fsck(core, stores, options, [](const FsckReport&) { return true; });
    EXPECT_TRUE(ok(report));
    return *std::move(report);
  }
  // Finds `damage` of `digest`, repairs it, and finds nothing any more.
  void expect_repaired(const std::string& digest, Damage damage) {
    for (const bool repair : {false, true}) {
      const auto report = check({.repair = repair});
      ASSERT_EQ(report.findings.size(), 1u);
      EXPECT_EQ(report.findings[0].digest, digest);
      EXPECT_EQ(report.findings[0].damage, damage);
      EXPECT_EQ(report.findings[0].repaired, repair);
    }
    for (const auto& finding : check().findings) ADD_FAILURE() << finding.digest << " " << finding.detail;
  }
  // Straight into the tables, as no code of ours would.
  void damage(std::string_view sql) {
    ASSERT_TRUE(ok(db->write({}, [&](sql::Tx& tx) -> base::Result<void> {
      BERTH_CHECK(tx.exec(sql));
      return {};
    })));
  }
  void flip(std::string_view bytes) {
    auto wrong = std::string(bytes);
    wrong[0] = static_cast<char>(wrong[0] ^ 1);
    *bytes_of(*contents, digest_of(bytes)) = std::make_shared<const std::string>(wrong);
  }
};

TEST_F(FsckTest, ARepairTakesDamagedBytesOutOfServiceAndAPushHeals) {
  push_image(app, "one");
  flip("layer one");
  EXPECT_EQ(read(*layers.open(scope, app, digest_of("layer one"), whole)).size(), 9u);  // nobody has looked yet
  EXPECT_TRUE(check({.repair = true}).lost());
  EXPECT_TRUE(fails(Errc::layer_inaccessible, layers.open(scope, app, digest_of("layer one"), whole)));
  EXPECT_TRUE(fails(Errc::layer_inaccessible, layers.require_download(scope, app, digest_of("layer one"))));
  EXPECT_FALSE(layers.check(scope, app, {digest_of("layer one")})->front());
  EXPECT_TRUE(check().lost());
  push_layer(app, "layer one");
  EXPECT_EQ(read(*layers.open(scope, app, digest_of("layer one"), whole)), "layer one");
  EXPECT_TRUE(check().findings.empty());
}

TEST_F(FsckTest, ARepairFindsAnotherCopy) {
  push_image(app, "one");
  flip("layer one");
  const blob::BlobName stray{.digest = digest_of("layer one"), .key = core.new_ulid()};
  contents->blobs[stray] = std::make_shared<const std::string>("layer one");
  const auto report = check({.repair = true});
  ASSERT_FALSE(report.findings.empty());
  EXPECT_TRUE(report.findings[0].detail.contains("another copy")) << report.findings[0].detail;
  EXPECT_EQ(read(*layers.open(scope, app, digest_of("layer one"), whole)), "layer one");
  EXPECT_TRUE(check().findings.empty());
}

TEST_F(FsckTest, BytesThatAreRightAfterAllAreServedAgain) {
  push_image(app, "one");
  const auto right = *bytes_of(*contents, digest_of("layer one"));
  flip("layer one");
  check({.repair = true});
  *bytes_of(*contents, digest_of("layer one")) = right;
  check({.repair = true});
  EXPECT_EQ(read(*layers.open(scope, app, digest_of("layer one"), whole)), "layer one");
}

TEST_F(FsckTest, RowsOfAnImageAreMadeWhatItsManifestSays) {
  const auto one = push_image(app, "one");
  const auto list = index_manifest({one});
  ASSERT_TRUE(ok(put(app, list)));
  const auto digest = digest_of(one).text();
  damage("DELETE FROM manifest_blobs WHERE blob = '" + digest_of("layer one").text() + "'");
  expect_repaired(digest, Damage::wrong_image);
  damage("DELETE FROM repository_blobs WHERE digest = '" + digest_of("layer one").text() + "'");
  expect_repaired(digest, Damage::wrong_image);
  EXPECT_EQ(read(*layers.open(scope, app, digest_of("layer one"), whole)), "layer one");
  damage("DELETE FROM manifest_children");
  expect_repaired(digest_of(list).text(), Damage::wrong_image);
}

TEST_F(FsckTest, AManifestThatIsNotWhatItsDigestSaysIsLost) {
  const auto one = push_image(app, "one");
  damage("UPDATE manifests SET bytes = X'7b7d'");
  const auto report = check({.repair = true});
  ASSERT_EQ(report.findings.size(), 1u);
  EXPECT_EQ(report.findings[0].digest, digest_of(one).text());
  EXPECT_FALSE(report.findings[0].repaired);
  EXPECT_TRUE(report.lost());
}

TEST_F(FsckTest, ALayerWithoutARowIsLostUnlessImagesMayBeSparse) {
  push_image(app, "one");
  const auto layer = digest_of("layer one").text();
  damage("DELETE FROM repository_blobs WHERE digest = '" + layer + "'");
  damage("DELETE FROM blobs WHERE digest = '" + layer + "'");
  const auto report = check();
  ASSERT_FALSE(report.findings.empty());
  EXPECT_EQ(report.findings[0].damage, Damage::missing_layer);
  EXPECT_TRUE(report.lost());
  EXPECT_FALSE(check({.sparse = true}).lost());
}

TEST_F(FsckTest, CountsAreCountedAgain) {
  push_image(app, "one");
  damage("UPDATE image_counts SET images = images + 3");
  const auto report = check();
  ASSERT_EQ(report.findings.size(), 1u);
  EXPECT_FALSE(report.lost());
  expect_repaired(report.findings[0].digest, Damage::wrong_count);
  damage("DELETE FROM image_counts");
  expect_repaired(report.findings[0].digest, Damage::wrong_count);
}

TEST_F(FsckTest, WhatTheCollectorForgotIsLookedAtAgain) {
  push_layer(app, "orphan");
  damage("UPDATE blobs SET unreviewed = 0");
  expect_repaired(digest_of("orphan").text(), Damage::forgotten);
}

TEST_F(FsckTest, StopsWhenToldTo) {
  for (const auto* name : {"one", "two", "three"}) push_image(app, name);
  int calls = 0;
  const auto report = fsck(core, stores, {}, [&](const FsckReport&) { return ++calls < 4; });
  ASSERT_TRUE(ok(report));
  EXPECT_EQ(calls, 4);
  EXPECT_LT(report->blobs, 6u);
}

TEST_F(FsckTest, TheScrubberReadsEachBlobOnceInAPeriod) {
  base::NullLog log;
  Scrubber scrubber(core, stores, std::chrono::hours(24), log, metrics);
  const auto scrub = [&] {
    std::size_t blobs_read = 0;
    while (*scrubber.step([](std::uint64_t) { return true; }) > 0) ++blobs_read;
    return blobs_read;
  };
  push_image(app, "one");
  EXPECT_EQ(scrub(), 0u);  // just written
  clock.advance(std::chrono::hours(24));
  push_layer(app, "young");
  flip("layer one");
  EXPECT_EQ(scrub(), 2u);
  EXPECT_EQ(scrub(), 0u);
  EXPECT_EQ(metrics.counter("berth_scrub_damaged_total", "").value(), 1u);
  EXPECT_TRUE(fails(Errc::layer_inaccessible, layers.open(scope, app, digest_of("layer one"), whole)));
  EXPECT_EQ(read(*layers.open(scope, app, digest_of("config one"), whole)), "config one");
}

TEST_F(FsckTest, TheScrubberLooksAgainAtWhatWasDamaged) {
  base::NullLog log;
  Scrubber scrubber(core, stores, std::chrono::seconds(0), log, metrics);
  const auto scrub = [&] { return *scrubber.step([](std::uint64_t) { return true; }); };
  push_image(app, "one");
  const auto layer = digest_of("layer one");
  const auto away = contents->blobs;
  contents->blobs.clear();
  EXPECT_TRUE(fails(Errc::layer_inaccessible, layers.open(scope, app, layer, whole)));
  contents->blobs = away;
  EXPECT_EQ(scrub(), 0u);
  EXPECT_TRUE(fails(Errc::layer_inaccessible, layers.open(scope, app, layer, whole)));
  clock.advance(std::chrono::hours(1));
  EXPECT_EQ(scrub(), 9u);
  EXPECT_EQ(read(*layers.open(scope, app, layer, whole)), "layer one");
  EXPECT_EQ(scrub(), 0u);
}

}  // namespace
}  // namespace berth::service
