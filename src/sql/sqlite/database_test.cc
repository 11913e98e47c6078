#include "sql/sqlite/database.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <future>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/test_support.h"
#include "sql/sqlite/error.h"

namespace berth::sql::sqlite {
namespace {

using base::Errc;
namespace fs = std::filesystem;

class SqliteTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = testing::TempDir() + "berth-sqlite-XXXXXX";
    ASSERT_NE(::mkdtemp(folder_.data()), nullptr);
    options.path = folder_ + "/berth.db";
    reopen();
    ASSERT_TRUE(ok(exec("CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY, b BLOB) STRICT")));
  }
  void TearDown() override {
    db.reset();
    fs::remove_all(folder_);
  }
  void reopen() {
    db.reset();
    auto opened = SqliteDatabase::open(options);
    ASSERT_TRUE(ok(opened));
    db = std::move(*opened);
  }
  base::Result<void> exec(std::string sql, std::vector<Value> parameters = {}) {
    return db->write(patience(), [&](Tx& tx) -> base::Result<void> {
      BERTH_CHECK(tx.exec(sql, parameters));
      return {};
    });
  }
  std::int64_t count() {
    std::int64_t n = -1;
    EXPECT_TRUE(ok(db->read(patience(), [&](Tx& tx) -> base::Result<void> {
      BERTH_TRY(const auto rows, tx.query("SELECT count(*) FROM t"));
      n = rows.at(0).integer(0);
      return {};
    })));
    return n;
  }
  std::uintmax_t wal_size() { return fs::file_size(options.path + "-wal"); }
  static base::Deadline patience() { return base::Deadline::after(std::chrono::seconds(60)); }

  Options options;
  std::unique_ptr<SqliteDatabase> db;

 private:
  std::string folder_;
};

// Holds the writer's thread until it is let go, so that what is queued meanwhile shares one commit.
class Plug {
 public:
  explicit Plug(Database& db) {
    write_ = std::async(std::launch::async, [this, &db] {
      return db.write({}, [this](Tx&) -> base::Result<void> {
        std::unique_lock lock(mutex_);
        inside_ = true;
        changed_.notify_all();
        changed_.wait(lock, [&] { return pulled_; });
        return {};
      });
    });
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return inside_; });
  }
  ~Plug() { pull(); }
  void pull() {
    {
      std::lock_guard lock(mutex_);
      pulled_ = true;
    }
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool inside_ = false;
  bool pulled_ = false;
  std::future<base::Result<void>> write_;
};

TEST_F(SqliteTest, TheFilesAreTheOwnersAlone) {
  ASSERT_TRUE(ok(exec("INSERT INTO t (id) VALUES (1)")));
  constexpr auto kAll = fs::perms::mask;
  for (const char* suffix : {"", "-wal", "-shm"}) {
    EXPECT_EQ(fs::status(options.path + suffix).permissions() & kAll, fs::perms::owner_read | fs::perms::owner_write)
        << suffix;
  }
}

TEST_F(SqliteTest, WhatWasWrittenIsThereAfterReopening) {
  ASSERT_TRUE(ok(exec("INSERT INTO t (id) VALUES (1), (2)")));
  reopen();
  EXPECT_EQ(count(), 2);
  db.reset();
  EXPECT_FALSE(fs::exists(options.path + "-wal")) << "closing clears up";
}

// What a crash leaves: the database file with its log, neither closed nor checkpointed.
TEST_F(SqliteTest, WhatWasWrittenIsInTheFilesAtOnce) {
  ASSERT_TRUE(ok(exec("INSERT INTO t (id) VALUES (1), (2)")));
  const std::string copy = options.path + "-copy";
  fs::copy_file(options.path, copy);
  fs::copy_file(options.path + "-wal", copy + "-wal");
  options.path = copy;
  reopen();
  EXPECT_EQ(count(), 2);
}

TEST_F(SqliteTest, AStampChangesWithEveryCommitAndWithNoRead) {
  const auto before = db->stamp();
  ASSERT_TRUE(before);
  EXPECT_EQ(count(), 0);
  EXPECT_EQ(db->stamp(), before);
  auto last = before;
  for (int i = 0; i < 3'000; ++i) {  // through many a checkpoint
    ASSERT_TRUE(ok(exec("INSERT INTO t (id, b) VALUES ($1, zeroblob(4000))", {std::int64_t{i}})));
    const auto now = db->stamp();
    ASSERT_TRUE(now);
    ASSERT_NE(now, last);
    last = now;
  }
}

TEST_F(SqliteTest, AStampTellsOfCommitsOfOtherProcesses) {
  const auto before = db->stamp();
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(options.path.c_str(), &other), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(other, "SELECT count(*) FROM t", nullptr, nullptr, nullptr), SQLITE_OK);
  EXPECT_EQ(db->stamp(), before);
  EXPECT_EQ(sqlite3_exec(other, "INSERT INTO t (id) VALUES (1)", nullptr, nullptr, nullptr), SQLITE_OK);
  EXPECT_NE(db->stamp(), before);
  sqlite3_close(other);
}

TEST_F(SqliteTest, OpensNothingButADatabase) {
  const std::string path = options.path + "-bad";
  std::ofstream(path) << std::string(8192, 'x');
  EXPECT_TRUE(fails_with(Errc::corrupt, SqliteDatabase::open({.path = path})));
  EXPECT_TRUE(fails_with(Errc::unavailable, SqliteDatabase::open({.path = options.path + "/no/such/folder"})));
}

TEST_F(SqliteTest, DamageIsToldAsSuch) {
  for (int i = 0; i < 50; ++i)
    ASSERT_TRUE(ok(exec("INSERT INTO t (id, b) VALUES ($1, $2)", {i, Blob{std::string(3000, 'x')}})));
  db.reset();
  std::fstream file(options.path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(4096);
  file << std::string(20 * 4096, '\xff');
  file.close();
  reopen();
  EXPECT_TRUE(fails_with(Errc::corrupt, db->read(patience(), [](Tx& tx) -> base::Result<void> {
    BERTH_CHECK(tx.query("SELECT id, b FROM t"));
    return {};
  })));
}

TEST_F(SqliteTest, PrivateDatabasesShareNothing) {
  auto one = SqliteDatabase::open(temporary());
  auto two = SqliteDatabase::open(temporary());
  const TxFunction create = [](Tx& tx) -> base::Result<void> {
    BERTH_CHECK(tx.exec("CREATE TABLE same (n INTEGER NOT NULL) STRICT"));
    return {};
  };
  EXPECT_TRUE(ok((*one)->write({}, create)));
  EXPECT_TRUE(ok((*two)->write({}, create)));
}

TEST_F(SqliteTest, RunsTwiceWhenTold) {
  options.run_twice = true;
  reopen();
  int runs = 0;
  ASSERT_TRUE(ok(db->write({}, [&](Tx& tx) -> base::Result<void> {
    ++runs;
    BERTH_CHECK(tx.exec("INSERT INTO t (id) VALUES (1)"));
    return {};
  })));
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(count(), 1);
}

TEST_F(SqliteTest, QueuedWritesShareACommit) {
  std::vector<std::future<base::Result<void>>> writes;
  const auto frames = [&] { return (wal_size() - 32) / (4096 + 24); };
  const auto before = frames();
  {
    const Plug plug(*db);
    for (int i = 0; i < 10; ++i) {
      writes.push_back(std::async(std::launch::async, [&, i] { return exec("INSERT INTO t (id) VALUES ($1)", {i}); }));
    }
    // Long enough for all to queue up; if it is not, more frames are written and the bound below has room for some.
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
  for (auto& write : writes) EXPECT_TRUE(ok(write.get()));
  EXPECT_EQ(count(), 10);
  EXPECT_LT(frames() - before, 8U) << "one page changed; ten commits would have written it ten times";
}

TEST_F(SqliteTest, AnErrorInAGroupIsItsOwn) {
  std::vector<std::future<base::Result<void>>> writes;
  {
    const Plug plug(*db);
    for (int i = 0; i < 10; ++i) {
      writes.push_back(
          std::async(std::launch::async, [&, i] { return exec("INSERT INTO t (id) VALUES ($1)", {i / 2}); }));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  EXPECT_EQ(std::ranges::count_if(writes, [](auto& write) { return write.get().has_value(); }), 5);
  EXPECT_EQ(count(), 5);
}

// SQLite rolls the whole group back; the others must be run again.
// SQLite writes pages to the log before the commit, reads them there, and writes over them.
TEST_F(SqliteTest, ATransactionMayBeLargerThanTheWritersMemory) {
  options.write_cache_bytes = 64 << 10;
  reopen();
  const std::string blob(3'000, 'x');
  const auto fill = [&](bool keep) {
    return db->write(patience(), [&](Tx& tx) -> base::Result<void> {
      for (std::int64_t i = 0; i < 500; ++i) {
        BERTH_CHECK(tx.exec("INSERT INTO t (id, b) VALUES ($1, $2)", {i, Blob{blob}}));
      }
      BERTH_CHECK(tx.exec("UPDATE t SET b = $1 WHERE id % 7 = 0", {Blob{"y"}}));
      BERTH_TRY(const auto rows, tx.query("SELECT count(*), sum(length(b)) FROM t"));
      EXPECT_EQ(rows.at(0).integer(0), 500);
      EXPECT_EQ(rows.at(0).integer(1), 428 * 3'000 + 72);
      if (!keep) return base::fail(base::Errc::conflict, "no");
      return {};
    });
  };
  EXPECT_FALSE(fill(false));
  EXPECT_EQ(count(), 0);
  EXPECT_TRUE(ok(fill(true)));
  EXPECT_EQ(count(), 500);
  reopen();
  EXPECT_EQ(count(), 500);
  EXPECT_TRUE(ok(db->read(patience(), [&](Tx& tx) -> base::Result<void> {
    BERTH_TRY(const auto rows, tx.query("PRAGMA integrity_check"));
    EXPECT_EQ(rows.at(0).text(0), "ok");
    return {};
  })));
}

TEST_F(SqliteTest, AFullDiskHurtsOnlyTheWriteThatDoesNotFit) {
  std::vector<std::future<base::Result<void>>> small;
  std::future<base::Result<void>> large;
  {
    const Plug plug(*db);
    for (int i = 0; i < 6; ++i) {
      small.push_back(std::async(std::launch::async, [&, i] { return exec("INSERT INTO t (id) VALUES ($1)", {i}); }));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    large = std::async(std::launch::async, [&] {
      return db->write(patience(), [](Tx& tx) -> base::Result<void> {
        BERTH_CHECK(tx.query("PRAGMA max_page_count = 20"));
        BERTH_CHECK(tx.exec("INSERT INTO t (id, b) VALUES (99, $1)", {Blob{std::string(1 << 20, 'x')}}));
        return {};
      });
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    for (int i = 10; i < 14; ++i) {
      small.push_back(std::async(std::launch::async, [&, i] { return exec("INSERT INTO t (id) VALUES ($1)", {i}); }));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  EXPECT_TRUE(fails_with(Errc::storage_full, large.get()));
  for (auto& write : small) EXPECT_TRUE(ok(write.get()));
  EXPECT_EQ(count(), 10);
}

TEST_F(SqliteTest, AWriteThatStillWaitsGivesUpAtItsDeadline) {
  const Plug plug(*db);
  bool ran = false;
  EXPECT_TRUE(
      fails_with(Errc::deadline_exceeded, db->write(base::Deadline::after(std::chrono::milliseconds(20)), [&](Tx&) {
        ran = true;
        return base::Result<void>();
      })));
  EXPECT_FALSE(ran);
}

TEST_F(SqliteTest, AWriteInsideAWriteIsABug) {
  EXPECT_THROW(
      static_cast<void>(db->write({}, [&](Tx&) { return db->write({}, [](Tx&) { return base::Result<void>(); }); })),
      std::logic_error);
}

TEST_F(SqliteTest, EndingTheTransactionIsABug) {
  EXPECT_TRUE(fails_with(Errc::internal, exec("COMMIT")));
  EXPECT_TRUE(fails_with(Errc::internal, exec("ROLLBACK")));
  EXPECT_TRUE(ok(exec("INSERT INTO t (id) VALUES (1)")));
}

TEST_F(SqliteTest, TheLogStaysBoundedUnderSteadyWritesAndReads) {
  options.wal_bytes = 1 << 20;
  reopen();
  std::atomic<bool> done = false;
  std::thread reader([&] {
    while (!done) EXPECT_GE(count(), 0);
  });
  std::uintmax_t largest = 0;
  const std::string blob(20'000, 'x');
  for (int i = 0; i < 1500; ++i) {  // 30 MB
    EXPECT_TRUE(ok(exec("INSERT INTO t (id, b) VALUES ($1, $2)", {i, Blob{blob}})));
    largest = std::max(largest, wal_size());
  }
  done = true;
  reader.join();
  EXPECT_LT(largest, 8U << 20);
  EXPECT_EQ(count(), 1500);
}

TEST_F(SqliteTest, AReaderThatStaysHoldsTheLogOnlyAsLongAsItStays) {
  options.wal_bytes = 1 << 20;
  reopen();
  const auto write = [&](std::int64_t from, std::int64_t count) {
    for (std::int64_t i = from; i < from + count; ++i) {
      EXPECT_TRUE(ok(exec("INSERT INTO t (id, b) VALUES ($1, $2)", {i, Blob{std::string(20'000, 'x')}})));
    }
  };
  std::promise<void> reads;
  std::promise<void> enough;
  auto reader = std::async(std::launch::async, [&] {
    return db->read(patience(), [&](Tx& tx) -> base::Result<void> {
      BERTH_TRY(const auto before, tx.query("SELECT count(*) FROM t"));
      reads.set_value();
      enough.get_future().wait();
      BERTH_TRY(const auto after, tx.query("SELECT count(*) FROM t"));
      EXPECT_EQ(before.at(0).integer(0), after.at(0).integer(0));
      return {};
    });
  });
  reads.get_future().wait();
  write(0, 200);  // 4 MB
  EXPECT_GT(wal_size(), 4U << 20);
  enough.set_value();
  EXPECT_TRUE(ok(reader.get()));
  for (std::int64_t from = 200; from < 600; from += 10) {
    write(from, 10);
    EXPECT_GE(wal_size(), options.wal_bytes) << "the file stays, and is written over";
  }
  EXPECT_LT(wal_size(), 8U << 20);
  EXPECT_EQ(count(), 600);
}

TEST(SqliteErrors, MeanWhatCallersCanReactTo) {
  EXPECT_EQ(code_of(SQLITE_FULL, 0), Errc::storage_full);
  EXPECT_EQ(code_of(SQLITE_IOERR_WRITE, ENOSPC), Errc::storage_full);
  EXPECT_EQ(code_of(SQLITE_IOERR_SHMSIZE, EDQUOT), Errc::storage_full);
  EXPECT_EQ(code_of(SQLITE_IOERR_FSYNC, EIO), Errc::unavailable);
  EXPECT_EQ(code_of(SQLITE_BUSY_SNAPSHOT, 0), Errc::conflict);
  EXPECT_EQ(code_of(SQLITE_INTERRUPT, 0), Errc::deadline_exceeded);
  EXPECT_EQ(code_of(SQLITE_CORRUPT_VTAB, 0), Errc::corrupt);
  EXPECT_EQ(code_of(SQLITE_NOTADB, 0), Errc::corrupt);
  EXPECT_EQ(code_of(SQLITE_CONSTRAINT_UNIQUE, 0), Errc::internal);
}

}  // namespace
}  // namespace berth::sql::sqlite
