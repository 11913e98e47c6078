#include "service/space.h"

#include <gtest/gtest.h>

#include "service/service_test_support.h"

namespace berth::service {
namespace {

constexpr std::uint64_t kReserve = 1'000;

struct SpaceTest : testing::Test {
  std::uint64_t free = 10 * kReserve;
  base::Metrics metrics;
  base::NullLog log;
  Space space{
      {{.name = "blobs", .free = [this] { return base::Result<std::uint64_t>(free); }}}, kReserve, metrics, log};

  std::string metric(const std::string& name) const {
    const auto page = metrics.exposition();
    const auto at = page.find("\n" + name + " ");
    return at == std::string::npos ? ""
                                   : page.substr(at + name.size() + 2, page.find('\n', at + 1) - at - name.size() - 2);
  }
};

TEST(SpaceForMoves, IsThatOfTheFolderTheyGoTo) {
  std::uint64_t hot = 2 * kReserve;
  std::uint64_t cold = 3 * kReserve;
  const auto free = [](std::uint64_t& bytes) { return [&bytes] { return base::Result<std::uint64_t>(bytes); }; };
  base::Metrics metrics;
  base::NullLog log;
  Space space{{{.name = "blobs", .free = free(hot)}, {.name = "archive", .free = free(cold), .archive = true}},
              kReserve,
              metrics,
              log};
  EXPECT_TRUE(ok(space.admit_move(true, 2 * kReserve)));
  EXPECT_TRUE(fails(base::Errc::storage_full, space.admit_move(true, 2 * kReserve + 1)));
  EXPECT_TRUE(fails(base::Errc::storage_full, space.admit_move(false, kReserve + 1)));
  hot = 0;
  EXPECT_TRUE(ok(space.admit_move(true, kReserve)));  // that is how room is made
  EXPECT_TRUE(fails(base::Errc::storage_full, space.admit_move(false, 0)));
  hot = 2 * kReserve;
  cold = 0;
  EXPECT_TRUE(ok(space.admit_layer(kReserve)));  // pushes do not go there
  EXPECT_NE(metrics.exposition().find("berth_storage_free_bytes{folder=\"archive\"} 3000"), std::string::npos);
}

TEST_F(SpaceTest, AdmitsLayersDownToTheReserve) {
  EXPECT_TRUE(ok(space.admit_layer(9 * kReserve)));
  EXPECT_TRUE(fails(base::Errc::storage_full, space.admit_layer(1)));  // the others are not written yet
  space.written(9 * kReserve);
  EXPECT_TRUE(fails(base::Errc::storage_full, space.admit_layer(9 * kReserve + 1)));
  free = kReserve;
  EXPECT_TRUE(ok(space.admit_layer(0)));
  EXPECT_TRUE(fails(base::Errc::storage_full, space.admit_layer(1)));
  free = kReserve - 1;
  EXPECT_TRUE(fails(base::Errc::storage_full, space.admit_layer(0)));
  EXPECT_EQ(metric("berth_storage_refusals_total{by=\"reserve\"}"), "4");
}

// Whatever is written between two looks at the disk is less than the reserve has room for.
TEST_F(SpaceTest, LooksAgainBeforeTheReserveIsEatenInto) {
  std::uint64_t written = 0;
  while (space.admit_layer(10)) {
    free -= 10;
    space.written(10);
    written += 10;
  }
  EXPECT_EQ(written, 9 * kReserve);
}

TEST_F(SpaceTest, AdmitsRowsDownToHalfOfIt) {
  free = kReserve - 1;
  space.measure();
  EXPECT_TRUE(ok(space.admit_row()));
  free = kReserve / 2 - 1;
  EXPECT_TRUE(fails(base::Errc::storage_full, space.admit_row()));
}

TEST_F(SpaceTest, IsLowUntilThereIsClearlyMore) {
  EXPECT_FALSE(space.low());
  free = kReserve + 1;
  space.measure();
  EXPECT_FALSE(space.low());
  EXPECT_TRUE(fails(base::Errc::storage_full, space.admit_layer(2)));
  space.measure();
  EXPECT_TRUE(space.low());
  free = kReserve - 1;
  space.measure();
  EXPECT_TRUE(space.low());
  free = kReserve;
  space.measure();
  EXPECT_TRUE(space.low());
  EXPECT_EQ(metric("berth_storage_free_bytes{folder=\"blobs\"}"), std::to_string(kReserve));
  free = kReserve * 5 / 4;
  space.measure();
  EXPECT_FALSE(space.low());
}

TEST_F(SpaceTest, WithoutAReserveOnlyMeasures) {
  Space none({{.name = "blobs", .free = [this] { return base::Result<std::uint64_t>(free); }}}, 0, metrics, log);
  free = 0;
  none.measure();
  EXPECT_TRUE(ok(none.admit_layer(1)));
  EXPECT_TRUE(ok(none.admit_row()));
  EXPECT_FALSE(none.low());
}

TEST_F(SpaceTest, ADiskThatCannotBeMeasuredIsNotFull) {
  Space blind(
      {{.name = "blobs", .free = [] { return base::Result<std::uint64_t>(base::fail(base::Errc::unavailable, "")); }}},
      kReserve, metrics, log);
  EXPECT_TRUE(ok(blind.admit_layer(1'000'000)));
  EXPECT_FALSE(blind.low());
}

// A registry on a disk that fills up.
struct FullDisk : SpaceTest {
  World world;
  FullDisk() { world.core.space = &space; }

  std::string start() {
    const auto started = world.layers.start(world.scope, world.app, model::DigestAlgorithm::sha256);
    EXPECT_TRUE(ok(started));
    return started->id;
  }
  std::size_t upload_bytes() const {
    std::size_t sum = 0;
    for (const auto& [name, upload] : world.contents->uploads) sum += upload.bytes.size();
    return sum;
  }
  base::Result<UploadStatus> append(const std::string& upload, std::string_view bytes) {
    BERTH_TRY(const auto writer, world.layers.append(world.scope, world.app, upload, std::nullopt));
    BERTH_CHECK(writer->write(base::as_bytes(bytes)));
    return writer->keep();
  }
};

TEST_F(FullDisk, TakesNoPushesAndEverythingElse) {
  const auto image = digest_of(world.push_image(world.app, "v1"));
  const auto layer = world.push_layer(world.app, "nobody holds it");
  const auto upload = start();
  free = kReserve / 4;
  space.measure();
  using enum base::Errc;
  EXPECT_TRUE(fails(storage_full, world.layers.start(world.scope, world.app, model::DigestAlgorithm::sha256)));
  EXPECT_TRUE(fails(storage_full, world.layers.upload_at_once(world.scope, world.app, model::DigestAlgorithm::sha256)));
  EXPECT_TRUE(fails(storage_full, append(upload, "x")));
  EXPECT_TRUE(fails(storage_full, world.put(world.app, image_manifest("c", "l"))));
  EXPECT_TRUE(fails(storage_full,
                    world.repositories.create(world.scope, {.repository = repository("other"), .mutability = {}})));

  EXPECT_TRUE(ok(world.layers.find(world.scope, world.app, layer)));
  EXPECT_TRUE(ok(world.layers.cancel(world.scope, world.app, upload)));
  EXPECT_TRUE(ok(world.layers.remove(world.scope, world.app, layer)));
  EXPECT_TRUE(ok(world.images.remove(world.scope, world.app, image)));
  free = 10 * kReserve;
  world.push_layer(world.app, "there is room again");
}

// Metadata has room for a while after the layers have none, so that pushes which are nearly done can be ended.
TEST_F(FullDisk, EndsAPushWhoseLayersAreThere) {
  world.push_layer(world.app, "c");
  world.push_layer(world.app, "l");
  free = kReserve - 1;
  space.measure();
  EXPECT_TRUE(ok(world.put(world.app, image_manifest("c", "l"))));
}

TEST_F(FullDisk, AnUploadKeepsWhatWasAcknowledgedAndNothingElse) {
  const auto upload = start();
  ASSERT_TRUE(ok(append(upload, "acknowledged ")));
  {
    const auto writer = world.layers.append(world.scope, world.app, upload, std::nullopt);
    ASSERT_TRUE(ok(writer));
    ASSERT_TRUE(ok((*writer)->write(base::as_bytes("and not "))));
    free = kReserve;
    space.measure();
    EXPECT_TRUE(fails(base::Errc::storage_full, (*writer)->write(base::as_bytes("this"))));
  }
  EXPECT_EQ(world.layers.status(world.scope, world.app, upload)->size, 13U);
  EXPECT_EQ(upload_bytes(), 13U);
  free = 10 * kReserve;
  ASSERT_TRUE(ok(append(upload, "until the end")));
  const auto digest = digest_of("acknowledged until the end");
  const auto writer = world.layers.finish(world.scope, world.app, upload, std::nullopt, model::DigestAlgorithm::sha256,
                                          Carries::nothing);
  ASSERT_TRUE(ok(writer));
  EXPECT_TRUE(ok((*writer)->complete(digest)));
}

TEST_F(FullDisk, AnUploadOfWhichNothingWasAcknowledgedHoldsNothing) {
  const auto upload = start();
  {
    const auto writer = world.layers.append(world.scope, world.app, upload, std::nullopt);
    ASSERT_TRUE(ok((*writer)->write(base::as_bytes("bytes"))));
    free = kReserve;
    space.measure();
    EXPECT_TRUE(fails(base::Errc::storage_full, (*writer)->write(base::as_bytes("bytes"))));
  }
  EXPECT_EQ(upload_bytes(), 0U);
  free = 10 * kReserve;
  EXPECT_TRUE(ok(append(upload, "from the beginning")));
}

}  // namespace
}  // namespace berth::service
