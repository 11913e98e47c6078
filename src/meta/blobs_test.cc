// Where bytes are, on each engine; what the collector and the mover make of it: service/collection_test.cc,
// service/archive_test.cc.
#include "meta/store_test_support.h"

namespace berth::meta {
namespace {

class BlobsTest : public StoreTest {
 protected:
  void put(const model::Digest& blob, const std::string& key, std::int64_t lease = 100) {
    ASSERT_TRUE(ok(write([&](Tx& tx) { return tx.blobs().put(blob, key, 5, at(1), at(lease)); })));
  }
  StoredBlob row(const model::Digest& blob) {
    return read([&](Tx& tx) { return tx.blobs().find(blob); }).value().value();
  }
  std::vector<std::string> dead() {
    std::vector<std::string> keys;
    for (const auto& file : read([](Tx& tx) { return tx.dead_files().next(100, at(0)); }).value())
      keys.push_back(file.key);
    return keys;
  }
  Blobs::Reviewed review(std::int64_t now) {
    return write([&](Tx& tx) { return tx.blobs().review(at(now), 100); }).value();
  }

  const model::Digest blob_ = digest("blob");
};

TEST_P(BlobsTest, TheNewestBytesAreNamedAndTheFormerAreDead) {
  put(blob_, "A");
  EXPECT_EQ(row(blob_).key, "A");
  EXPECT_TRUE(dead().empty());
  put(blob_, "B");
  EXPECT_EQ(row(blob_).key, "B");
  EXPECT_EQ(dead(), std::vector<std::string>{"A"});
  const StoredFile former{.place = Place::hot, .digest = blob_, .key = "A", .size = 5};
  EXPECT_TRUE(*read([&](Tx& tx) { return tx.dead_files().contains(former); }));
  EXPECT_EQ(read([](Tx& tx) { return tx.dead_files().totals(); })->bytes, 5u);
  EXPECT_TRUE(*write([&](Tx& tx) { return tx.dead_files().remove(former); }));
  EXPECT_FALSE(*write([&](Tx& tx) { return tx.dead_files().remove(former); }));
  EXPECT_FALSE(*read([&](Tx& tx) { return tx.dead_files().contains(former); }));
}

TEST_P(BlobsTest, TheSameBytesTwiceAreNotDead) {
  put(blob_, "A");
  put(blob_, "A");  // a transaction that was tried again
  EXPECT_TRUE(dead().empty());
}

TEST_P(BlobsTest, ALeaseIsNeverShortened) {
  put(blob_, "A", 100);
  ASSERT_TRUE(ok(write([&](Tx& tx) { return tx.blobs().renew(blob_, {at(50), at(50)}); })));
  put(blob_, "B", 60);
  EXPECT_EQ(review(99).blobs, 0u);
  EXPECT_EQ(review(100).collected, 1u);
  EXPECT_EQ(dead(), (std::vector<std::string>{"A", "B"}));
}

TEST_P(BlobsTest, DamageIsNotedForTheBytesThatWereSeenOnly) {
  put(blob_, "A");
  const auto seen = row(blob_);
  put(blob_, "B");
  EXPECT_FALSE(*write([&](Tx& tx) { return tx.blobs().damaged(seen, at(3)); }));
  EXPECT_FALSE(row(blob_).damaged);
  EXPECT_TRUE(*write([&](Tx& tx) { return tx.blobs().damaged(row(blob_), at(3)); }));
  EXPECT_TRUE(row(blob_).damaged);
  put(blob_, "C");
  EXPECT_FALSE(row(blob_).damaged);
}

TEST_P(BlobsTest, AMoveIsOverTakenByNewBytes) {
  const auto repo = make("team/app");
  hold(repo, blob_);
  auto image = manifest("m");
  image.blobs = {{.digest = blob_, .media_type = "application/layer", .size = 3}};
  StoreTest::put(repo, image);
  ASSERT_TRUE(ok(write([&](Tx& tx) { return tx.image_storage().archive(repo, digest("m"), at(10)); })));
  const auto next = [&] { return *write([&](Tx& tx) { return tx.blobs().next_move(at(10), at(20)); }); };
  const auto first = next();
  ASSERT_TRUE(first && first->to == Place::cold);
  EXPECT_FALSE(next());  // not before 20
  put(blob_, "B", 10);
  EXPECT_FALSE(*write([&](Tx& tx) { return tx.blobs().move(*first, "COPY", at(10)); }));
  EXPECT_EQ(row(blob_).key, "B");
  EXPECT_EQ(row(blob_).place, Place::hot);
  const auto second = *write([&](Tx& tx) { return tx.blobs().next_move(at(20), at(30)); });
  ASSERT_TRUE(second && second->to == Place::cold);
  EXPECT_TRUE(*write([&](Tx& tx) { return tx.blobs().move(*second, "COLD", at(20)); }));
  EXPECT_EQ(row(blob_).key, "COLD");
  EXPECT_EQ(row(blob_).place, Place::cold);
  EXPECT_EQ(dead().size(), 3u);  // what was first, B, and the copy that nobody wanted
}

TEST_P(BlobsTest, AnEdgeKeepsABlobAndItsLastGoesWithALease) {
  const auto repo = make("team/app");
  const auto other = make("team/other");
  hold(repo, blob_);
  hold(other, blob_);
  auto image = manifest("m");
  image.blobs = {{.digest = blob_, .media_type = "application/layer", .size = 3}};
  StoreTest::put(repo, image);
  EXPECT_EQ(read([](Tx& tx) { return tx.blobs().unheld(); })->files, 0u);
  auto reviewed = review(1'000);
  EXPECT_EQ(reviewed.blobs, 1u);
  EXPECT_EQ(reviewed.collected, 0u);
  EXPECT_TRUE(*read([&](Tx& tx) { return tx.layers().find(repo, blob_); }));
  EXPECT_FALSE(*read([&](Tx& tx) { return tx.layers().find(other, blob_); }));  // no image of it holds the blob
  EXPECT_EQ(review(1'000).blobs, 0u);
  ASSERT_TRUE(*write([&](Tx& tx) { return tx.images().remove(repo, digest("m"), {at(2'000), at(2'000)}); }));
  EXPECT_EQ(read([](Tx& tx) { return tx.blobs().unheld(); })->files, 1u);
  EXPECT_EQ(review(1'999).blobs, 0u);
  reviewed = review(2'000);
  EXPECT_EQ(reviewed.collected, 1u);
  EXPECT_FALSE(*read([&](Tx& tx) { return tx.layers().find(repo, blob_); }));
}

BERTH_ON_EVERY_ENGINE(BlobsTest);

}  // namespace
}  // namespace berth::meta
