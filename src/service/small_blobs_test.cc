// Blobs that are rows of metadata, and uploads that are not even that, through all that happens to blobs.
#include "service/collection.h"
#include "service/fresh_uploads.h"
#include "service/fsck.h"
#include "service/image_storage.h"
#include "service/service_test_support.h"
#include "service/storage_mover.h"

namespace berth::service {
namespace {

using base::Errc;
using model::DigestAlgorithm;

constexpr std::size_t kSmall = 16;
const std::string kLarge(kSmall + 1, 'x');

struct SmallBlobsTest : testing::Test, protected World {
  FreshUploads fresh;
  Collection collection{core, {.hot = hot_blobs, .cold = archive}, metrics};
  StorageMover mover{core, {.hot = hot_blobs, .cold = archive}, metrics};

  SmallBlobsTest() {
    core.limits.blob_in_metadata = kSmall;
    core.fresh = &fresh;
  }

  std::string start() { return layers.start(scope, app, DigestAlgorithm::sha256)->id; }
  std::unique_ptr<UploadWriter> append(const std::string& id, std::string_view bytes) {
    auto writer = layers.append(scope, app, id, std::nullopt);
    EXPECT_TRUE(ok(writer));
    EXPECT_TRUE(ok((*writer)->write(base::as_bytes(bytes))));
    return *std::move(writer);
  }
  std::unique_ptr<UploadWriter> last(const std::string& id, std::string_view bytes) {
    auto writer = layers.finish(scope, app, id, std::nullopt, DigestAlgorithm::sha256, Carries::bytes);
    EXPECT_TRUE(ok(writer));
    EXPECT_TRUE(ok((*writer)->write(base::as_bytes(bytes))));
    return *std::move(writer);
  }
  std::int64_t count(const std::string& table) {
    std::int64_t rows = 0;
    EXPECT_TRUE(ok(db->read({}, [&](sql::Tx& tx) -> base::Result<void> {
      BERTH_TRY(const auto found, tx.query("SELECT count(*) FROM " + table));
      rows = found.front().integer(0);
      return {};
    })));
    return rows;
  }
  void change(std::string_view sql) {
    ASSERT_TRUE(ok(db->write({}, [&](sql::Tx& tx) -> base::Result<void> {
      BERTH_CHECK(tx.exec(sql));
      return {};
    })));
  }
  base::Result<std::string> pull(std::string_view bytes) {
    BERTH_TRY(const auto open, layers.open(scope, app, digest_of(bytes), whole));
    return read(open);
  }
  void expect_pulled(std::string_view bytes) {
    const auto found = pull(bytes);
    EXPECT_TRUE(ok(found));
    EXPECT_EQ(found.value_or(""), bytes);
  }
  FsckReport check() {
    auto report = fsck(core, {.hot = hot_blobs, .cold = archive}, {}, [](const FsckReport&) { return true; });
    EXPECT_TRUE(ok(report));
    return report ? *std::move(report) : FsckReport();
  }
  void all_steps() {
    for (auto done = mover.step(); ok(done) && *done > 0;) done = mover.step();
    for (auto done = collection.step(); ok(done) && *done > 0;) done = collection.step();
  }
};

TEST_F(SmallBlobsTest, AreRowsUpToTheLimitAndFilesBeyond) {
  const std::string most(kSmall, 'm');
  for (const std::string_view bytes : {std::string_view(""), std::string_view("small"), std::string_view(most)}) {
    push_layer(app, bytes);
    expect_pulled(bytes);
  }
  EXPECT_TRUE(contents->blobs.empty());
  EXPECT_TRUE(contents->uploads.empty());
  EXPECT_EQ(count("blob_bytes"), 3);
  push_layer(app, kLarge);
  expect_pulled(kLarge);
  EXPECT_EQ(contents->blobs.size(), 1u);
  EXPECT_EQ(count("blob_bytes"), 3);
  EXPECT_TRUE(check().findings.empty());
}

TEST_F(SmallBlobsTest, APartOfOne) {
  push_layer(app, "0123456789");
  const auto part = layers.open(scope, app, digest_of("0123456789"), [](std::uint64_t size) {
    EXPECT_EQ(size, 10u);
    return blob::ByteRange{.first = 3, .length = 4};
  });
  ASSERT_TRUE(ok(part));
  EXPECT_EQ(read(*part), "3456");
}

TEST_F(SmallBlobsTest, OtherAlgorithms) {
  const auto digest = push_layer(app, "small", DigestAlgorithm::sha512);
  EXPECT_TRUE(contents->blobs.empty());
  EXPECT_EQ(read(*layers.open(scope, app, digest, whole)), "small");
  const auto id = start();
  ASSERT_TRUE(ok(append(id, "also")->keep()));
  ASSERT_TRUE(ok(last(id, " small")->complete(digest_of("also small", DigestAlgorithm::sha512))));
}

TEST_F(SmallBlobsTest, AnUploadGrowsOutOfItsRow) {
  const auto id = start();
  EXPECT_EQ(count("uploads"), 0);
  ASSERT_TRUE(ok(append(id, "small, ")->keep()));
  EXPECT_EQ(count("uploads"), 1);
  EXPECT_TRUE(contents->uploads.empty());
  EXPECT_EQ(layers.status(scope, app, id)->size, 7u);
  ASSERT_TRUE(ok(append(id, "and then large, ")->keep()));
  EXPECT_EQ(contents->uploads.size(), 1u);
  EXPECT_EQ(count("uploads WHERE bytes IS NOT NULL"), 0) << "the bytes stand in one place";
  const std::string all = "small, and then large, and done";
  ASSERT_TRUE(ok(last(id, "and done")->complete(digest_of(all))));
  expect_pulled(all);
  EXPECT_EQ(count("uploads"), 0);
  EXPECT_TRUE(contents->uploads.empty());
}

TEST_F(SmallBlobsTest, AnUploadOfOneRequestIsNeverARow) {
  const auto id = start();
  EXPECT_EQ(layers.status(scope, app, id)->size, 0u);
  ASSERT_TRUE(ok(last(id, "small")->complete(digest_of("small"))));
  EXPECT_EQ(count("uploads"), 0);
  EXPECT_TRUE(fails(Errc::upload_not_found, layers.status(scope, app, id)));
  EXPECT_TRUE(fails(Errc::upload_not_found,
                    layers.finish(scope, app, id, std::nullopt, DigestAlgorithm::sha256, Carries::bytes)));
  const auto other = start();
  ASSERT_TRUE(ok(last(other, kLarge)->complete(digest_of(kLarge))));
  EXPECT_TRUE(fails(Errc::upload_not_found, layers.status(scope, app, other)));
}

TEST_F(SmallBlobsTest, TheWrongDigestEndsTheUpload) {
  const auto id = start();
  EXPECT_TRUE(fails(Errc::layer_digest_mismatch, last(id, "small")->complete(digest_of("other"))));
  EXPECT_TRUE(fails(Errc::upload_not_found, layers.status(scope, app, id)));
  EXPECT_EQ(count("blob_bytes"), 0);
}

TEST_F(SmallBlobsTest, OfTwoThatWriteTheFirstToKeepMovesOn) {
  const auto id = start();
  const auto one = append(id, "one");
  const auto two = append(id, "two");
  const auto large = append(id, kLarge);
  ASSERT_TRUE(ok(one->keep()));
  EXPECT_TRUE(fails(Errc::upload_busy, two->keep()));
  EXPECT_TRUE(fails(Errc::upload_busy, large->keep()));
  EXPECT_TRUE(contents->uploads.empty()) << "the loser's bytes are gone";
  ASSERT_TRUE(ok(last(id, "!")->complete(digest_of("one!"))));
}

TEST_F(SmallBlobsTest, AFileIsNotTakenFromWhoHasMovedOn) {
  const auto id = start();
  const auto slow = append(id, "small");
  ASSERT_TRUE(ok(append(id, kLarge)->keep()));
  EXPECT_TRUE(fails(Errc::upload_busy, slow->write(base::as_bytes(kLarge))));
  EXPECT_EQ(layers.status(scope, app, id)->size, kLarge.size());
  ASSERT_TRUE(ok(last(id, "")->complete(digest_of(kLarge))));
}

TEST_F(SmallBlobsTest, ACancelledOneStaysSo) {
  for (const std::string& bytes : {std::string("small"), kLarge}) {
    const auto id = start();
    const auto writer = append(id, bytes);
    ASSERT_TRUE(ok(layers.cancel(scope, app, id)));
    EXPECT_TRUE(fails(Errc::upload_not_found, writer->keep()));
    EXPECT_TRUE(fails(Errc::upload_not_found, layers.status(scope, app, id)));
    EXPECT_TRUE(fails(Errc::upload_not_found, layers.cancel(scope, app, id)));
    EXPECT_TRUE(contents->uploads.empty());
  }
  EXPECT_EQ(count("uploads"), 0);
}

TEST_F(SmallBlobsTest, AnEmptyOneExpires) {
  const auto id = start();
  clock.advance(core.limits.upload_expiry);
  EXPECT_TRUE(fails(Errc::upload_not_found, layers.status(scope, app, id)));
  EXPECT_EQ(*layers.expire_uploads(10), 1u);
  EXPECT_FALSE(fresh.contains(id));
}

TEST_F(SmallBlobsTest, AnEmptyOneBelongsToItsRepository) {
  make(repository("team/other"));
  const auto id = start();
  EXPECT_TRUE(fails(Errc::upload_not_found, layers.status(scope, repository("team/other"), id)));
  EXPECT_TRUE(fails(Errc::upload_not_found, layers.cancel(scope, repository("team/other"), id)));
  ASSERT_TRUE(ok(layers.status(scope, app, id)));
  ASSERT_TRUE(ok(repositories.remove(scope, app, Force::no)));
  make(app);
  EXPECT_TRUE(fails(Errc::upload_not_found, layers.status(scope, app, id)));
}

TEST_F(SmallBlobsTest, EmptyOnesAreWrittenDownInTheEnd) {
  const auto id = start();
  const auto other = repository("team/other");
  make(other);
  ASSERT_TRUE(ok(layers.start(scope, other, DigestAlgorithm::sha256)));
  ASSERT_TRUE(ok(repositories.remove(scope, other, Force::no)));
  ASSERT_TRUE(ok(layers.settle({})));
  EXPECT_FALSE(fresh.contains(id));
  EXPECT_EQ(count("uploads"), 1);
  ASSERT_TRUE(ok(last(id, "small")->complete(digest_of("small"))));
}

TEST_F(SmallBlobsTest, OfTooManyEmptyOnesTheOthersAreRows) {
  for (std::size_t i = 0; i < FreshUploads::kMost; ++i) ASSERT_TRUE(fresh.add({.id = std::to_string(i)}));
  const auto id = start();
  EXPECT_FALSE(fresh.contains(id));
  EXPECT_EQ(count("uploads"), 1);
  ASSERT_TRUE(ok(last(id, "small")->complete(digest_of("small"))));
}

TEST_F(SmallBlobsTest, BytesInARowSurviveALowerLimit) {
  const auto id = start();
  ASSERT_TRUE(ok(append(id, "small")->keep()));
  push_layer(app, "there");
  core.limits.blob_in_metadata = 0;
  ASSERT_TRUE(ok(append(id, "er")->keep()));
  ASSERT_TRUE(ok(last(id, "")->complete(digest_of("smaller"))));
  EXPECT_EQ(contents->blobs.size(), 1u);
  expect_pulled("smaller");
  expect_pulled("there");
}

TEST_F(SmallBlobsTest, TheNewestBytesTakeThePlaceOfTheOld) {
  push_layer(app, "small");
  push_layer(app, "small");
  EXPECT_EQ(count("blob_bytes"), 1);
  core.limits.blob_in_metadata = 0;
  push_layer(app, "small");
  EXPECT_EQ(count("blob_bytes"), 0);
  EXPECT_EQ(contents->blobs.size(), 1u);
  core.limits.blob_in_metadata = kSmall;
  push_layer(app, "small");
  all_steps();
  EXPECT_EQ(count("blob_bytes"), 1);
  EXPECT_TRUE(contents->blobs.empty());
  expect_pulled("small");
  EXPECT_TRUE(check().findings.empty());
}

TEST_F(SmallBlobsTest, AreCollectedWithTheirRow) {
  push_image(app, "kept");
  push_layer(app, "orphan");
  EXPECT_EQ(count("blob_bytes"), 3);
  clock.advance(core.limits.lease);
  all_steps();
  EXPECT_EQ(count("blob_bytes"), 2);
  EXPECT_EQ(count("dead_files"), 0);
  EXPECT_TRUE(fails(Errc::blob_unknown, pull("orphan")));
  expect_pulled("layer kept");
  EXPECT_TRUE(check().findings.empty());
}

TEST_F(SmallBlobsTest, AreArchivedAndComeBack) {
  const auto manifest = push_image(app, "one");
  const model::ImageId id{digest_of(manifest).text(), std::nullopt};
  clock.advance(core.limits.lease);
  ASSERT_TRUE(ok(images.update_storage_class(scope, app, id, model::StorageClass::archive)));
  all_steps();
  EXPECT_EQ(count("blob_bytes"), 0);
  EXPECT_EQ(cold->blobs.size(), 2u);
  clock.advance(std::chrono::seconds(1));
  ASSERT_TRUE(ok(images.update_storage_class(scope, app, id, model::StorageClass::standard)));
  all_steps();
  expect_pulled("layer one");
  EXPECT_TRUE(check().findings.empty());
}

TEST_F(SmallBlobsTest, DamageIsFoundAndHealed) {
  push_image(app, "one");
  change("UPDATE blob_bytes SET bytes = X'6c'");
  const auto report = check();
  ASSERT_EQ(report.findings.size(), 2u);
  EXPECT_EQ(report.findings[0].damage, Damage::wrong_size);
  EXPECT_TRUE(fails(Errc::layer_inaccessible, pull("layer one")));
  push_layer(app, "layer one");
  expect_pulled("layer one");
  change("DELETE FROM blob_bytes");
  EXPECT_TRUE(fails(Errc::layer_inaccessible, pull("layer one")));
  push_layer(app, "layer one");
  expect_pulled("layer one");
}

TEST_F(SmallBlobsTest, TheStoreSeesRowsByTheirNames) {
  const auto digest = push_layer(app, "small");
  const auto row = store.read({}, [&](meta::Tx& tx) { return tx.blobs().find(digest); });
  ASSERT_TRUE(ok(row));
  const auto name = name_of(**row);
  ASSERT_TRUE(ok(hot_blobs.stat(name)));
  EXPECT_EQ((*hot_blobs.stat(name))->size, 5u);
  EXPECT_TRUE(hot_blobs.list(std::nullopt, 10)->empty());
  EXPECT_TRUE(*hot_blobs.remove(name));
  EXPECT_FALSE(*hot_blobs.remove(name));
  EXPECT_FALSE(hot_blobs.stat(name)->has_value());
  EXPECT_TRUE(fails(Errc::blob_unknown, hot_blobs.open(name, {})));
}

}  // namespace
}  // namespace berth::service
