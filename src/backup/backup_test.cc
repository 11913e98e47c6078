// Snapshots, and what is restored of them.
#include "backup/backup.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include "backup/hold.h"
#include "backup/prune.h"
#include "backup/restore.h"
#include "backup/text_files.h"
#include "base/test_support.h"
#include "blob/blob_test_help.h"
#include "blob/local/test_folder.h"
#include "blob/memory_blob_store.h"
#include "layout/folder.h"
#include "sql/sqlite/database.h"

namespace berth::backup {
namespace {

namespace fs = std::filesystem;
using base::Errc;
using base::fails_with;
using base::ok;
using blob::sha256_of;
using blob::local::read_file;
using blob::local::TestFolder;
using blob::local::write_file;

// Metadata and two stores.
struct TestRegistry {
  std::unique_ptr<sql::sqlite::SqliteDatabase> database =
      sql::sqlite::SqliteDatabase::open(sql::sqlite::temporary()).value();
  meta::Store store{*database};
  std::shared_ptr<blob::MemoryBlobStore::Contents> hot_bytes = std::make_shared<blob::MemoryBlobStore::Contents>();
  blob::MemoryBlobStore hot{hot_bytes};
  blob::MemoryBlobStore cold;
  crypto::SeededRandom random{7};
};

class BackupTest : public testing::Test {
 protected:
  BackupTest() {
    EXPECT_TRUE(ok(there.store.migrate()));
    EXPECT_TRUE(ok(there.store.write({}, [](meta::Tx& tx) {
      return tx.accounts().create(
          {.id = model::AccountId::parse("123456789012").value(), .name = "one", .email = "a@b"});
    })));
    add("one", "K1");
    add("two", "K2");
  }

  void add(const std::string& bytes, const std::string& key) {
    const auto digest = sha256_of(bytes);
    auto writer = there.hot.create(crypto::random_uuid(there.random), model::DigestAlgorithm::sha256);
    ASSERT_TRUE(ok(writer));
    ASSERT_TRUE(ok((*writer)->append(base::as_bytes(bytes))));
    ASSERT_TRUE(ok((*writer)->commit({.digest = digest, .key = key})));
    ASSERT_TRUE(ok(there.store.write(
        {}, [&](meta::Tx& tx) { return tx.blobs().put(digest, key, bytes.size(), clock.now(), clock.now()); })));
  }
  std::string path() const { return (folder / "backup").string(); }
  base::Result<void> run(const BackupOptions& options = {}, const BackupProgress& progress = go_on) {
    clock.advance(std::chrono::seconds(1));
    report = {};
    auto opened = Folder::open_to_write(path());
    if (!opened) return base::propagate(opened);
    return back_up({.store = there.store,
                    .hot = there.hot,
                    .cold = there.cold,
                    .clock = clock,
                    .random = there.random,
                    .log = log,
                    .key = std::string(32, 'k'),
                    .program = "test",
                    .account = "123456789012",
                    .region = "us-east-1"},
                   *opened, options, progress, report);
  }
  base::Result<void> restore_into(
      TestRegistry& other, const RestoreProgress& progress = [](const auto&) { return true; }) {
    restored = {};
    auto opened = Folder::open_to_read(path());
    if (!opened) return base::propagate(opened);
    BERTH_TRY(const auto ids, opened->snapshots());
    if (ids.empty()) return base::fail(Errc::invalid_parameter, "no snapshot");
    BERTH_TRY(const auto manifest, opened->manifest(ids.back()));
    return restore(*opened, manifest,
                   {.store = other.store, .hot = other.hot, .cold = other.cold, .random = other.random}, progress,
                   restored);
  }
  static bool has(TestRegistry& registry, const std::string& bytes, const std::string& key) {
    const auto reader = registry.hot.open({.digest = sha256_of(bytes), .key = key}, {});
    return reader && layout::read_all(**reader, 100).value() == bytes;
  }
  fs::path blob_file(const std::string& bytes) const {
    const auto digest = sha256_of(bytes);
    return fs::path(path()) / "blobs/sha256" / digest.hex().substr(0, 2) / digest.hex();
  }
  fs::path snapshot_file(std::string_view name) const {
    return fs::path(path()) / "snapshots" / report.snapshot / name;
  }
  std::size_t snapshots() const { return Folder::open_to_read(path())->snapshots()->size(); }
  static bool go_on(const BackupReport&) { return true; }

  TestRegistry there;
  base::ManualClock clock;
  base::NullLog log;
  TestFolder folder;
  BackupReport report;
  RestoreReport restored;
};

TEST_F(BackupTest, ComesBackAsItWas) {
  ASSERT_TRUE(ok(run()));
  EXPECT_EQ(report.blobs, 2U);
  EXPECT_EQ(report.copied, 2U);
  TestRegistry other;
  ASSERT_TRUE(ok(restore_into(other)));
  EXPECT_EQ(restored.restored, 2U);
  EXPECT_TRUE(has(other, "one", "K1"));
  EXPECT_TRUE(has(other, "two", "K2"));
  EXPECT_TRUE(other.store.read({}, [](meta::Tx& tx) { return tx.accounts().any(); }).value());
  EXPECT_EQ(read_file(snapshot_file(kKeyFile)), std::string(32, 'k'));
  EXPECT_EQ(fs::status(snapshot_file(kKeyFile)).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(fs::status(path()).permissions(), fs::perms::owner_all);
}

TEST_F(BackupTest, OnlyWhatIsNewIsCopied) {
  ASSERT_TRUE(ok(run()));
  add("three", "K3");
  ASSERT_TRUE(ok(run()));
  EXPECT_EQ(report.blobs, 3U);
  EXPECT_EQ(report.copied, 1U);
  EXPECT_EQ(report.read_bytes, 5U);
  EXPECT_EQ(snapshots(), 2U);
}

TEST_F(BackupTest, DamagedBytesOfTheBackupAreFoundAndBroughtAgain) {
  ASSERT_TRUE(ok(run()));
  write_file(blob_file("one"), "ONE");
  TestRegistry other;
  EXPECT_TRUE(fails_with(Errc::corrupt, restore_into(other)));
  EXPECT_TRUE(other.store.empty().value());
  ASSERT_TRUE(ok(run()));
  EXPECT_EQ(report.copied, 0U);
  ASSERT_TRUE(ok(run({.verify = true})));
  EXPECT_EQ(report.copied, 1U);
  EXPECT_TRUE(ok(restore_into(other)));
}

TEST_F(BackupTest, WhatCannotBeHadMakesNoBackup) {
  there.hot_bytes->blobs.erase({.digest = sha256_of("two"), .key = "K2"});
  EXPECT_TRUE(fails_with(Errc::corrupt, run()));
  ASSERT_EQ(report.missing.size(), 1U);
  EXPECT_EQ(report.missing[0].digest, sha256_of("two").text());
  EXPECT_EQ(snapshots(), 0U);
  EXPECT_TRUE(report.snapshot.empty());
  TestRegistry other;
  EXPECT_TRUE(fails_with(Errc::invalid_parameter, restore_into(other)));

  ASSERT_TRUE(ok(run({.allow_missing = true})));
  ASSERT_TRUE(ok(restore_into(other)));
  EXPECT_EQ(restored.missing, 1U);
  EXPECT_TRUE(has(other, "one", "K1"));
}

TEST_F(BackupTest, AnInterruptedOneIsNoBackupAndGoesOn) {
  EXPECT_TRUE(
      fails_with(Errc::deadline_exceeded, run({}, [](const BackupReport& so_far) { return so_far.copied < 1; })));
  EXPECT_EQ(snapshots(), 0U);
  ASSERT_TRUE(ok(run()));
  EXPECT_EQ(report.copied, 1U);
  EXPECT_EQ(std::distance(fs::directory_iterator(fs::path(path()) / "snapshots"), {}), 1);
}

TEST_F(BackupTest, AnInterruptedRestoreGoesOn) {
  ASSERT_TRUE(ok(run()));
  TestRegistry other;
  EXPECT_TRUE(fails_with(Errc::deadline_exceeded,
                         restore_into(other, [](const RestoreReport& so_far) { return so_far.restored < 1; })));
  EXPECT_TRUE(other.store.empty().value());
  ASSERT_TRUE(ok(restore_into(other)));
  EXPECT_EQ(restored.restored, 1U);
  EXPECT_EQ(restored.present, 1U);
}

TEST_F(BackupTest, OldSnapshotsGoWithWhatOnlyTheyName) {
  ASSERT_TRUE(ok(run()));
  ASSERT_TRUE(ok(there.database->write({}, [](sql::Tx& tx) -> base::Result<void> {
    BERTH_CHECK(tx.exec("DELETE FROM blobs WHERE storage_key = 'K1'"));
    return {};
  })));
  add("three", "K3");
  ASSERT_TRUE(ok(run({.keep = 2})));
  EXPECT_EQ(snapshots(), 2U);
  EXPECT_TRUE(fs::exists(blob_file("one")));
  ASSERT_TRUE(ok(run({.keep = 2})));
  EXPECT_EQ(report.removed_snapshots, 1U);
  EXPECT_EQ(report.removed_blobs, 1U);
  EXPECT_FALSE(fs::exists(blob_file("one")));
  EXPECT_TRUE(fs::exists(blob_file("two")) && fs::exists(blob_file("three")));

  write_file(snapshot_file(kBlobListFile), "");
  EXPECT_TRUE(fails_with(Errc::corrupt, prune(Folder::open_to_write(path()).value(), 1)))
      << "nothing goes by a list that is damaged";
  EXPECT_TRUE(fs::exists(blob_file("two")));
}

// Each file of a snapshot, with a bit flipped in its middle, cut off, and gone.
TEST_F(BackupTest, DamageIsRefused) {
  ASSERT_TRUE(ok(run()));
  for (const auto file : {kMetadataFile, kBlobListFile, kManifestFile}) {
    const auto good = read_file(snapshot_file(file));
    auto flipped = good;
    flipped[flipped.size() / 2] ^= 1;
    for (const auto& bad : {flipped, good.substr(0, good.size() - 1), good.substr(0, good.size() / 2), std::string()}) {
      write_file(snapshot_file(file), bad);
      TestRegistry other;
      EXPECT_TRUE(fails_with(Errc::corrupt, restore_into(other))) << file;
      EXPECT_TRUE(other.store.empty().value());
      EXPECT_TRUE(other.hot_bytes->blobs.empty()) << "it is looked at as a whole first";
    }
    fs::remove(snapshot_file(file));
    TestRegistry other;
    EXPECT_TRUE(fails_with(Errc::corrupt, restore_into(other))) << file;
    write_file(snapshot_file(file), good);
  }
  write_file(blob_file("one"), "on");
  TestRegistry other;
  EXPECT_TRUE(fails_with(Errc::corrupt, restore_into(other)));
  fs::remove(blob_file("one"));
  EXPECT_TRUE(fails_with(Errc::corrupt, restore_into(other)));
  EXPECT_TRUE(other.hot_bytes->blobs.empty());
}

// What the collector takes away meanwhile stays on the disk until the backup has it.
TEST_F(BackupTest, NoFileIsUnlinkedMeanwhile) {
  bool asked = false;
  const auto dead = [&] {
    return there.store.read({}, [&](meta::Tx& tx) { return tx.dead_files().next(10, clock.now()); }).value().size();
  };
  ASSERT_TRUE(ok(run({}, [&](const BackupReport&) {
    if (asked) return true;
    asked = true;
    EXPECT_TRUE(ok(there.store.write({}, [&](meta::Tx& tx) {
      return tx.dead_files().add({.digest = sha256_of("two"), .key = "K2", .size = 3}, clock.now());
    })));
    EXPECT_EQ(dead(), 0U) << "held";
    return true;
  })));
  EXPECT_TRUE(asked);
  EXPECT_EQ(report.copied, 2U);
  EXPECT_EQ(dead(), 1U) << "let go";

  // The process dies: the hold runs out.
  ASSERT_TRUE(ok(
      there.store.write({}, [&](meta::Tx& tx) { return tx.backup_holds().put("died", clock.now() + Hold::kLasts); })));
  EXPECT_EQ(dead(), 0U);
  clock.advance(Hold::kLasts);
  EXPECT_EQ(dead(), 1U);
}

TEST_F(BackupTest, OneProcessAtATime) {
  const auto first = Folder::open_to_write(path());
  ASSERT_TRUE(ok(first));
  EXPECT_TRUE(fails_with(Errc::conflict, Folder::open_to_write(path())));
  EXPECT_TRUE(fails_with(Errc::conflict, Folder::open_to_read(path())));
}

TEST_F(BackupTest, OtherFoldersAreLeftAlone) {
  fs::create_directory(path());
  write_file(fs::path(path()) / "letter", "dear");
  EXPECT_TRUE(fails_with(Errc::invalid_parameter, run()));
  EXPECT_TRUE(fails_with(Errc::invalid_parameter, Folder::open_to_read(path())));
  EXPECT_TRUE(fails_with(Errc::unavailable, Folder::open_to_read((folder / "no").string())));
}

TEST_F(BackupTest, NamesOfSnapshotsLeadNowhere) {
  ASSERT_TRUE(ok(run()));
  const auto opened = Folder::open_to_read(path());
  for (const auto* id : {"", ".", "..", "../snapshots", "a/b", "NOPE", "x.partial"}) {
    EXPECT_TRUE(fails_with(Errc::invalid_parameter, opened->manifest(id))) << id;
  }
}

TEST(LineFile, LongLinesAndShortOnes) {
  TestFolder folder;
  const base::File dir(::open((folder / ".").c_str(), O_RDONLY | O_DIRECTORY));
  const auto file = TextFile::create(dir.fd(), "lines");
  ASSERT_TRUE(ok(file));
  const std::vector<std::string> lines{"", "one", std::string(3 << 20, 'x'), "", "last"};
  for (const auto& line : lines) ASSERT_TRUE(ok((*file)->append(line + "\n")));
  const auto mark = (*file)->finish();
  ASSERT_TRUE(ok(mark));
  auto opened = layout::Folder::open_path((folder / ".").string());
  LineFile again(*opened->open("lines"), *mark);
  for (const auto& line : lines) EXPECT_EQ(again.line().value(), line);
  EXPECT_EQ(again.line().value(), std::nullopt);
}

}  // namespace
}  // namespace berth::backup
