// Storage classes from what a client says to where the bytes are.
#include "service/collection.h"
#include "service/fsck.h"
#include "service/image_storage.h"
#include "service/lifecycle_runs.h"
#include "service/service_test_support.h"
#include "service/space.h"
#include "service/storage_mover.h"

namespace berth::service {
namespace {

using base::Errc;
using model::ImageStatus;
using model::StorageClass;

struct ArchiveTest : testing::Test, protected World {
  StorageMover mover{core, {.hot = blobs, .cold = archive}, metrics};
  Collection collection{core, {.hot = blobs, .cold = archive}, metrics};

  static model::ImageId id(std::string_view manifest) { return {digest_of(manifest).text(), std::nullopt}; }
  static model::Digest layer(const std::string& name) { return digest_of("layer " + name); }
  void wait(std::chrono::microseconds time) { clock.advance(time); }
  void lease_is_over() { wait(core.limits.lease); }

  base::Result<StorageClassUpdate> update(std::string_view manifest, StorageClass target) {
    wait(std::chrono::seconds(1));
    return images.update_storage_class(scope, app, id(manifest), target);
  }
  void archive_image(std::string_view manifest) {
    const auto updated = update(manifest, StorageClass::archive);
    ASSERT_TRUE(ok(updated));
    EXPECT_EQ(updated->status, ImageStatus::archived);
  }
  // All that is due.
  void move() {
    for (auto done = mover.step(); ok(done) && *done > 0;) done = mover.step();
    for (auto done = collection.step(); ok(done) && *done > 0;) done = collection.step();
  }
  ImageStatus status(std::string_view manifest) { return images.describe(scope, app, {id(manifest)})->front().status; }
  bool is_hot(const model::Digest& digest) { return bytes_of(*contents, digest) != nullptr; }
  bool is_cold(const model::Digest& digest) { return bytes_of(*cold, digest) != nullptr; }
  void expect_moved(const std::string& name) {
    for (const auto& digest : {layer(name), digest_of("config " + name)}) {
      EXPECT_FALSE(is_hot(digest)) << name;
      EXPECT_TRUE(is_cold(digest)) << name;
    }
  }
  void expect_hot(const std::string& name) {
    for (const auto& digest : {layer(name), digest_of("config " + name)}) {
      EXPECT_TRUE(is_hot(digest)) << name;
      EXPECT_FALSE(is_cold(digest)) << name;
    }
  }
  void expect_consistent() {
    const auto report = fsck(core, {.hot = blobs, .cold = archive}, {}, [](const FsckReport&) { return true; });
    ASSERT_TRUE(ok(report));
    for (const auto& finding : report->findings) ADD_FAILURE() << finding.digest << " " << finding.detail;
  }
  std::uint64_t moves(std::string_view direction, std::string_view outcome) {
    return metrics.counters("berth_storage_moves_total", "", {"direction", "outcome"})
        .with({direction, outcome})
        .value();
  }
};

TEST_F(ArchiveTest, AnArchivedImageIsDescribedAndNotHandedOut) {
  const auto one = push_image(app, "one", {"v1"});
  archive_image(one);
  const auto tag = model::Tag::parse("v1").value();
  const auto got = images.get(scope, app, tag);
  ASSERT_TRUE(fails(Errc::image_not_found, got));
  EXPECT_TRUE(got.error().message.contains("is archived")) << got.error().message;
  EXPECT_TRUE(got.error().message.contains("update-image-storage-class --repository-name team/app"))
      << got.error().message;
  EXPECT_TRUE(fails(Errc::image_not_found, images.get(scope, app, digest_of(one))));
  const auto batch = images.batch_get(scope, app, {{std::nullopt, "v1"}});
  ASSERT_TRUE(ok(batch));
  ASSERT_EQ(batch->failures.size(), 1u);
  EXPECT_EQ(batch->failures.front().failure, ImageFailure::inaccessible);
  EXPECT_TRUE(batch->images.empty());

  const auto described = images.describe(scope, app, {id(one)}).value().front();
  EXPECT_EQ(described.status, ImageStatus::archived);
  EXPECT_EQ(described.archived, clock.now());
  EXPECT_EQ(described.tags, (std::vector<std::string>{"v1"}));
  EXPECT_TRUE(images.tags(scope, app, "", 10)->empty());
}

TEST_F(ArchiveTest, ListsByStatus) {
  const auto one = push_image(app, "one", {"v1"});
  const auto two = push_image(app, "two", {"v2"});
  const auto three = push_image(app, "three");
  archive_image(one);
  archive_image(three);
  const auto count = [&](TagStatus tags, std::optional<ImageStatus> status) {
    const ImagePage page{.filter = {.tags = tags, .status = status}, .after = {}, .limit = 10};
    const auto listed = images.list(scope, app, page)->size();
    EXPECT_EQ(listed, images.describe_page(scope, app, page)->size());
    return listed;
  };
  EXPECT_EQ(count(TagStatus::any, ImageStatus::active), 1u);
  EXPECT_EQ(count(TagStatus::any, ImageStatus::archived), 2u);
  EXPECT_EQ(count(TagStatus::any, ImageStatus::activating), 0u);
  EXPECT_EQ(count(TagStatus::any, std::nullopt), 3u);
  EXPECT_EQ(count(TagStatus::tagged, ImageStatus::archived), 1u);
  EXPECT_EQ(count(TagStatus::untagged, ImageStatus::archived), 1u);
  EXPECT_EQ(count(TagStatus::untagged, ImageStatus::active), 0u);
}

TEST_F(ArchiveTest, BytesMoveOnceTheirLeaseIsOverAndComeBack) {
  const auto one = push_image(app, "one", {"v1"});
  archive_image(one);
  move();
  expect_hot("one");
  lease_is_over();
  move();
  expect_moved("one");
  expect_consistent();
  EXPECT_EQ(moves("archive", "moved"), 2u);

  const auto restored = update(one, StorageClass::standard);
  ASSERT_TRUE(ok(restored));
  EXPECT_EQ(restored->status, ImageStatus::activating);
  const auto got = images.get(scope, app, digest_of(one));
  ASSERT_TRUE(fails(Errc::image_not_found, got));
  EXPECT_TRUE(got.error().message.contains("being restored")) << got.error().message;
  move();
  expect_hot("one");
  EXPECT_EQ(status(one), ImageStatus::active);
  EXPECT_EQ(images.get(scope, app, digest_of(one))->manifest, one);
  EXPECT_EQ(read(*layers.open(scope, app, layer("one"), whole)), "layer one");
  expect_consistent();
  EXPECT_EQ(images.describe(scope, app, {id(one)})->front().activated, clock.now());
}

TEST_F(ArchiveTest, TheSameClassAgainChangesNothing) {
  const auto one = push_image(app, "one");
  EXPECT_EQ(update(one, StorageClass::standard)->status, ImageStatus::active);
  archive_image(one);
  const auto when = images.describe(scope, app, {id(one)})->front().archived;
  archive_image(one);
  EXPECT_EQ(images.describe(scope, app, {id(one)})->front().archived, when);
  EXPECT_TRUE(fails(Errc::image_not_found, update("never pushed", StorageClass::archive)));
  EXPECT_TRUE(fails(Errc::invalid_parameter,
                    images.update_storage_class(scope, app, {"no digest", std::nullopt}, StorageClass::archive)));
  EXPECT_TRUE(fails(Errc::invalid_parameter, images.update_storage_class(scope, app, {}, StorageClass::archive)));
  EXPECT_TRUE(fails(Errc::repository_not_found,
                    images.update_storage_class(scope, repository("no/where"), id(one), StorageClass::archive)));
}

TEST_F(ArchiveTest, BytesThatAnybodyElseUsesStay) {
  const auto other = repository("other/app");
  make(other);
  const auto one = push_image(app, "one");
  push_image(other, "one");
  archive_image(one);
  lease_is_over();
  move();
  expect_hot("one");
  EXPECT_TRUE(layers.check(scope, app, {layer("one")})->front()->archived);  // in this repository
  EXPECT_FALSE(layers.check(scope, other, {layer("one")})->front()->archived);
  EXPECT_EQ(read(*layers.open(scope, other, layer("one"), whole)), "layer one");
}

TEST_F(ArchiveTest, ALayerOfArchivedImagesAlone) {
  const auto one = push_image(app, "one");
  archive_image(one);
  for (const bool moved : {false, true}) {
    if (moved) {
      lease_is_over();
      move();
    }
    EXPECT_TRUE(layers.check(scope, app, {layer("one")})->front()->archived);
    const auto open = layers.open(scope, app, layer("one"), whole);
    ASSERT_TRUE(fails(Errc::layer_inaccessible, open));
    EXPECT_TRUE(open.error().message.contains("archived images")) << open.error().message;
    EXPECT_TRUE(fails(Errc::layer_inaccessible, layers.require_download(scope, app, layer("one"))));
    EXPECT_EQ(
        *layers.mount(scope, repository("team/app"), layer("one"), model::RepositoryName::parse("team/app").value()),
        Mounted::no);
  }
}

TEST_F(ArchiveTest, APushAgainRestoresAtOnce) {
  const auto one = push_image(app, "one", {"v1"});
  archive_image(one);
  lease_is_over();
  move();
  expect_moved("one");
  wait(std::chrono::seconds(1));
  push_layer(app, "config one");
  push_layer(app, "layer one");
  EXPECT_FALSE(layers.check(scope, app, {layer("one")})->front()->archived);
  const auto again = put(app, one, {"v1"});
  ASSERT_TRUE(ok(again));
  EXPECT_EQ(again->effect, PutEffect::restored);
  EXPECT_EQ(again->image.status, ImageStatus::active);
  EXPECT_EQ(images.get(scope, app, digest_of(one))->manifest, one);
  move();
  expect_hot("one");
  expect_consistent();
}

TEST_F(ArchiveTest, AManifestAloneBringsItsBytesBack) {
  const auto one = push_image(app, "one", {"v1"});
  archive_image(one);
  lease_is_over();
  move();
  EXPECT_EQ(put(app, one)->image.status, ImageStatus::activating);
  // And a new image of the same layers waits for them, too.
  const auto derived = image_manifest("config one", "layer one", R"(,"annotations":{"a":"b"})");
  const auto fresh = put(app, derived, {"derived"});
  ASSERT_TRUE(ok(fresh));
  EXPECT_EQ(fresh->image.status, ImageStatus::activating);
  move();
  EXPECT_EQ(status(one), ImageStatus::active);
  EXPECT_EQ(status(derived), ImageStatus::active);
  expect_hot("one");
}

TEST_F(ArchiveTest, AListGoesBeforeItsMembersAndComesBackWithThem) {
  const auto member = push_image(app, "member");
  const auto list = index_manifest({member});
  ASSERT_TRUE(ok(put(app, list, {"multi"})));
  const auto refused = update(member, StorageClass::archive);
  ASSERT_TRUE(fails(Errc::image_storage_class_unsupported, refused));
  EXPECT_EQ(refused.error().message, "Requested image referenced by manifest list: [" + digest_of(list).text() + "]");
  archive_image(list);
  EXPECT_EQ(status(member), ImageStatus::active);
  archive_image(member);
  lease_is_over();
  move();
  expect_moved("member");
  EXPECT_EQ(update(list, StorageClass::standard)->status, ImageStatus::active);  // it has no bytes of its own
  EXPECT_EQ(status(member), ImageStatus::activating);
  move();
  EXPECT_EQ(status(member), ImageStatus::active);
}

TEST_F(ArchiveTest, APushOfAListBringsItsMembersBack) {
  const auto member = push_image(app, "member");
  archive_image(member);
  ASSERT_TRUE(ok(put(app, index_manifest({member}), {"multi"})));
  EXPECT_EQ(status(member), ImageStatus::active);
}

TEST_F(ArchiveTest, ReferrersFollowTheirSubject) {
  const auto subject = push_image(app, "subject", {"v1"});
  const auto signature = push_image(app, "signature", {}, R"(,"subject":)" + descriptor(kOciManifest, subject));
  const auto of_signature = push_image(app, "of it", {}, R"(,"subject":)" + descriptor(kOciManifest, signature));
  const auto seen = [&](std::optional<ImageStatus> wanted) {
    return images
        .referrers(scope, app, digest_of(subject), {.after = {}, .limit = 10, .artifact_types = {}, .status = wanted})
        ->size();
  };
  EXPECT_TRUE(fails(Errc::image_storage_class_unsupported, update(signature, StorageClass::archive)));
  archive_image(subject);
  EXPECT_EQ(seen(ImageStatus::active), 1u);
  move();
  EXPECT_EQ(seen(ImageStatus::active), 0u);
  EXPECT_EQ(seen(ImageStatus::archived), 1u);
  EXPECT_EQ(seen(std::nullopt), 1u);
  EXPECT_EQ(status(of_signature), ImageStatus::archived);
  EXPECT_TRUE(fails(Errc::image_storage_class_unsupported, update(signature, StorageClass::standard)));
  lease_is_over();
  move();
  expect_moved("signature");
  ASSERT_TRUE(ok(update(subject, StorageClass::standard)));
  move();
  for (const auto* each : {&subject, &signature, &of_signature}) EXPECT_EQ(status(*each), ImageStatus::active);
}

TEST_F(ArchiveTest, ADeletedImageLeavesNothingToDo) {
  const auto one = push_image(app, "one", {"v1"});
  archive_image(one);
  lease_is_over();
  move();
  EXPECT_EQ(images.batch_delete(scope, app, {id(one)})->deleted.size(), 1u);
  EXPECT_EQ(*mover.step(), 0u);
  expect_consistent();
  // The layer is still linked, its bytes are cold: a push has to bring it, and may.
  EXPECT_FALSE(layers.check(scope, app, {layer("one")})->front().has_value());
  push_image(app, "one", {"v1"});
  move();
  expect_hot("one");
}

TEST_F(ArchiveTest, AnImagePutDuringAMoveKeepsItsBytes) {
  const auto one = push_image(app, "one");
  archive_image(one);
  lease_is_over();
  const auto now = clock.now();
  const auto next = [&](meta::Tx& tx) { return tx.blobs().next_move(now, now + std::chrono::minutes(5)); };
  const auto task = store.write({}, next).value().value();
  ASSERT_EQ(task.to, meta::Place::cold);
  ASSERT_TRUE(ok(put(app, one)));  // while bytes are copied
  EXPECT_FALSE(*store.write({}, [&](meta::Tx& tx) { return tx.blobs().move(task, "COPY", now); }));
  EXPECT_EQ(images.get(scope, app, digest_of(one))->manifest, one);
  EXPECT_TRUE(ok(layers.open(scope, app, layer("one"), whole)));
  const auto dead = store.read({}, [&](meta::Tx& tx) { return tx.dead_files().next(10, clock.now()); });
  ASSERT_EQ(dead->size(), 1u);  // the copy
  EXPECT_EQ(dead->front().key, "COPY");
  EXPECT_EQ(dead->front().place, meta::Place::cold);
}

TEST_F(ArchiveTest, AnUploadDuringAMoveHasBytesOfItsOwn) {
  const auto one = push_image(app, "one");
  archive_image(one);
  lease_is_over();
  const auto now = clock.now();
  const auto next = [&](meta::Tx& tx) { return tx.blobs().next_move(now, now + std::chrono::minutes(5)); };
  const auto task = store.write({}, next).value().value();
  push_layer(app, task.blob.digest == layer("one") ? "layer one" : "config one");
  EXPECT_FALSE(*store.write({}, [&](meta::Tx& tx) { return tx.blobs().move(task, "COPY", now); }));
  const auto row = store.read({}, [&](meta::Tx& tx) { return tx.blobs().find(task.blob.digest); })->value();
  EXPECT_EQ(row.place, meta::Place::hot);
  EXPECT_NE(row.key, task.blob.key);
  EXPECT_TRUE(store
                  .read({},
                        [&](meta::Tx& tx) {
                          return tx.dead_files().contains(
                              {.place = meta::Place::hot, .digest = row.digest, .key = task.blob.key});
                        })
                  .value());
  move();
  EXPECT_TRUE(is_hot(task.blob.digest));
  EXPECT_EQ(contents->blobs.size(), 1u);
}

TEST_F(ArchiveTest, DamagedBytesAreNeverMoved) {
  const auto one = push_image(app, "one");
  archive_image(one);
  lease_is_over();
  *bytes_of(*contents, layer("one")) = std::make_shared<const std::string>("something");
  for (int i = 0; i < 3; ++i) (void)mover.step();
  EXPECT_FALSE(is_cold(layer("one")));
  EXPECT_EQ(**bytes_of(*contents, layer("one")), "something");
  EXPECT_TRUE(cold->uploads.empty());
  EXPECT_EQ(moves("archive", "failed"), 1u);
}

TEST_F(ArchiveTest, WaitsForRoomInTheArchive) {
  std::uint64_t free = 0;
  base::NullLog log;
  Space space{{{.name = "archive", .free = [&] { return base::Result<std::uint64_t>(free); }, .archive = true}},
              1'000,
              metrics,
              log};
  core.space = &space;
  const auto one = push_image(app, "one");
  archive_image(one);
  lease_is_over();
  base::Result<std::size_t> done = 1;
  while (done && *done > 0) done = mover.step();
  EXPECT_TRUE(fails(Errc::storage_full, done));
  EXPECT_TRUE(is_hot(layer("one")));
  EXPECT_TRUE(cold->uploads.empty());
  free = 1'000'000;
  wait(std::chrono::minutes(6));
  move();
  expect_moved("one");
}

TEST_F(ArchiveTest, APolicyArchivesAndExpiresAfterNinetyDays) {
  base::NullLog log;
  LifecycleRuns runs{core, pulls, log, metrics};
  const auto evaluate = [&] {
    wait(core.limits.lifecycle_interval);
    for (auto done = runs.step(); ok(done) && *done > 0;) done = runs.step();
    move();
  };
  const auto old = push_image(app, "old", {"old"});
  const auto signature = push_image(app, "signature", {}, R"(,"subject":)" + descriptor(kOciManifest, old));
  wait(std::chrono::seconds(1));
  push_image(app, "new", {"new"});
  ASSERT_TRUE(ok(lifecycle.put(scope, app, R"({"rules": [
    {"rulePriority": 1, "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 1},
     "action": {"type": "transition", "targetStorageClass": "archive"}},
    {"rulePriority": 2, "selection": {"tagStatus": "any", "storageClass": "archive",
     "countType": "sinceImageTransitioned", "countUnit": "days", "countNumber": 90}, "action": {"type": "expire"}}]})")));
  evaluate();
  EXPECT_EQ(status(old), ImageStatus::archived);
  EXPECT_EQ(status(signature), ImageStatus::archived);
  lease_is_over();
  move();
  expect_moved("old");
  wait(std::chrono::days(80));
  evaluate();
  EXPECT_TRUE(ok(images.describe(scope, app, {id(old)})));
  wait(std::chrono::days(10));
  evaluate();
  EXPECT_TRUE(fails(Errc::image_not_found, images.describe(scope, app, {id(old)})));
  EXPECT_TRUE(fails(Errc::image_not_found, images.describe(scope, app, {id(signature)})));
}

TEST_F(ArchiveTest, ARestoredImageIsAsYoungAsItsRestoring) {
  base::NullLog log;
  LifecycleRuns runs{core, pulls, log, metrics};
  const auto one = push_image(app, "one", {"one"});
  wait(std::chrono::seconds(1));
  const auto two = push_image(app, "two", {"two"});
  archive_image(one);
  ASSERT_TRUE(ok(update(one, StorageClass::standard)));
  ASSERT_TRUE(ok(lifecycle.put(scope, app, R"({"rules": [{"rulePriority": 1, "selection": {"tagStatus": "any",
    "countType": "imageCountMoreThan", "countNumber": 1}, "action": {"type": "transition", "targetStorageClass": "archive"}}]})")));
  wait(core.limits.lifecycle_settle);
  for (auto done = runs.step(); ok(done) && *done > 0;) done = runs.step();
  EXPECT_EQ(status(one), ImageStatus::active);
  EXPECT_EQ(status(two), ImageStatus::archived);
}

TEST_F(ArchiveTest, FsckLooksIntoBothStores) {
  archive_image(push_image(app, "one"));
  lease_is_over();
  move();
  std::erase_if(cold->blobs, [](const auto& each) { return each.first.digest == layer("one"); });
  contents->blobs[{.digest = digest_of("config one"), .key = ""}] = std::make_shared<const std::string>("config one");
  const auto report = fsck(core, {.hot = blobs, .cold = archive}, {}, [](const FsckReport&) { return true; });
  ASSERT_TRUE(ok(report));
  ASSERT_EQ(report->findings.size(), 2u);
  EXPECT_EQ(report->findings[0].damage, Damage::missing);
  EXPECT_EQ(report->findings[1].damage, Damage::unknown);
  EXPECT_TRUE(report->lost());
}

TEST_F(ArchiveTest, TheSweepMeasures) {
  archive_image(push_image(app, "one"));
  push_image(app, "two");
  lease_is_over();
  move();
  ASSERT_TRUE(ok(collection.sweep()));
  const auto text = metrics.exposition();
  EXPECT_TRUE(text.contains("berth_storage_blobs{store=\"archive\"} 2")) << text;
  EXPECT_TRUE(text.contains("berth_storage_bytes{store=\"hot\"} 19")) << text;
}

}  // namespace
}  // namespace berth::service
