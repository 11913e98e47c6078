// Dies at each fault point of a move to the archive and back, starts again, and checks that nothing is lost.
#include "base/fault_point.h"

#ifdef BERTH_FAULTS

#include <gtest/gtest.h>

#include <filesystem>

#include "blob/local/local_blob_store.h"
#include "blob/local/test_folder.h"
#include "service/collection.h"
#include "service/fsck.h"
#include "service/service_test_support.h"
#include "service/storage_mover.h"

namespace berth::service {
namespace {

// A registry on disk, as a process that has just started sees it.
struct DiskWorld {
  explicit DiskWorld(const blob::local::TestFolder& folder)
      : db(sql::sqlite::SqliteDatabase::open({.path = folder / "berth.db"}).value()),
        hot(blob::local::LocalBlobStore::open(folder / "blobs").value()),
        cold(blob::local::LocalBlobStore::open(folder / "archive").value()) {
    EXPECT_TRUE(ok(store.migrate()));
  }
  void move() {
    for (int i = 0; i < 100; ++i) {
      const auto done = mover.step();
      ASSERT_TRUE(ok(done));
      if (*done == 0) break;
    }
    while (true) {
      const auto done = collection.step();
      ASSERT_TRUE(ok(done));
      if (*done == 0) return;
    }
  }
  void push() {
    ASSERT_TRUE(ok(repositories.create(scope, {.repository = app, .mutability = {}})));
    for (const auto* bytes : {"config one", "layer one"}) {
      auto writer = layers.upload_at_once(scope, app, model::DigestAlgorithm::sha256);
      ASSERT_TRUE(ok((*writer)->write(base::as_bytes(std::string_view(bytes)))));
      ASSERT_TRUE(ok((*writer)->complete(digest_of(bytes))));
    }
    ASSERT_TRUE(ok(images.put(scope, {.repository = app, .manifest = manifest, .media_type = {}, .tags = {}})));
  }
  void update(model::StorageClass target) {
    clock.advance(std::chrono::hours(25));  // leases and claims are over
    ASSERT_TRUE(ok(images.update_storage_class(scope, app, {digest_of(manifest).text(), std::nullopt}, target)));
  }
  void expect_whole() {
    const auto report = fsck(core, {.hot = *hot, .cold = *cold}, {}, [](const FsckReport&) { return true; });
    ASSERT_TRUE(ok(report));
    EXPECT_EQ(report->blobs, 2u);
    EXPECT_FALSE(report->lost());
  }
  // After two sweeps that find all files old.
  void expect_tidy(const blob::local::TestFolder& folder) {
    const auto long_ago = std::chrono::file_clock::from_sys(std::chrono::sys_seconds());
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder / "")) {
      if (entry.is_regular_file()) std::filesystem::last_write_time(entry, long_ago);
    }
    for (int i = 0; i < 2; ++i) ASSERT_TRUE(ok(collection.sweep()));
    const auto report = fsck(core, {.hot = *hot, .cold = *cold}, {}, [](const FsckReport&) { return true; });
    EXPECT_TRUE(report->findings.empty());
  }

  std::unique_ptr<sql::sqlite::SqliteDatabase> db;
  meta::Store store{*db};
  std::unique_ptr<blob::BlobStore> hot, cold;
  TestAuthorizer authorizer;
  base::ManualClock clock;
  crypto::SystemRandom random;
  Core core{.store = store, .blobs = *hot, .authorizer = authorizer, .clock = clock, .random = random, .limits = {}};
  RepositoryService repositories{core};
  LayerService layers{core};
  ExclusionCache exclusion_cache{store, clock};
  base::Metrics metrics;
  PullRecorder pulls{store, clock, exclusion_cache, metrics};
  ImageService images{core, pulls};
  StorageMover mover{core, {.hot = *hot, .cold = *cold}, metrics};
  Collection collection{core, {.hot = *hot, .cold = *cold}, metrics};
  Scope scope{.caller = auth::Caller::root(registry().account, "AKIAEXAMPLE"), .request_id = "r-1", .deadline = {}};
  model::RepositoryRef app = repository("team/app");
  std::string manifest = image_manifest("config one", "layer one");
};

struct Point {
  const char* fault;
  model::StorageClass target;
};

class StorageCrash : public testing::TestWithParam<Point> {};

TEST_P(StorageCrash, LosesNothingAndIsFinishedByTheNextProcess) {
  const auto [fault, target] = GetParam();
  const bool restores = target == model::StorageClass::standard;
  const blob::local::TestFolder folder;
  {
    DiskWorld world(folder);
    world.push();
    if (restores) {
      world.update(model::StorageClass::archive);
      world.move();
    }
  }
  EXPECT_EXIT(
      {
        DiskWorld world(folder);
        world.clock.advance(std::chrono::hours(25));
        world.update(target);
        base::arm_fault_point(fault);
        world.move();
      },
      testing::ExitedWithCode(137), "");
  DiskWorld world(folder);
  world.expect_whole();
  world.clock.advance(std::chrono::hours(100));
  world.move();
  world.expect_whole();
  world.expect_tidy(folder);
  EXPECT_EQ(world.cold->list(std::nullopt, 10)->size(), restores ? 0u : 2u);
  EXPECT_EQ(world.hot->list(std::nullopt, 10)->size(), restores ? 2u : 0u);
  const auto image = world.images.get(world.scope, world.app, digest_of(world.manifest));
  EXPECT_EQ(image.has_value(), restores);
}

constexpr auto kArchive = model::StorageClass::archive;
constexpr auto kStandard = model::StorageClass::standard;
INSTANTIATE_TEST_SUITE_P(
    Points, StorageCrash,
    testing::Values(Point{"service.storage.after_claim", kArchive}, Point{"service.storage.after_copy", kArchive},
                    Point{"service.storage.after_copy:2", kArchive}, Point{"service.storage.after_switch", kArchive},
                    Point{"service.collection.after_unlink", kArchive}, Point{"service.storage.after_claim", kStandard},
                    Point{"service.storage.after_copy", kStandard}, Point{"service.storage.after_switch", kStandard},
                    Point{"service.storage.after_switch:2", kStandard},
                    Point{"service.collection.after_unlink", kStandard}, Point{"blob.commit.before_rename", kArchive},
                    Point{"blob.commit.after_rename", kArchive}, Point{"blob.remove.after_unlink", kArchive}));

}  // namespace
}  // namespace berth::service

#endif
