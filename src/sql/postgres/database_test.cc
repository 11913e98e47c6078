#include "sql/postgres/database.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "base/test_support.h"
#include "sql/messages.h"
#include "sql/migrate.h"
#include "sql/postgres/error.h"
#include "sql/postgres/test_schema.h"

namespace berth::sql::postgres {
namespace {

using base::Errc;

TEST(PostgresErrors, MeanWhatCallersCanReactTo) {
  const auto code = [](std::string_view state) { return meaning_of(state, "").code; };
  const auto fate = [](std::string_view state) { return meaning_of(state, "").fate; };
  EXPECT_EQ(code("40001"), Errc::conflict);
  EXPECT_EQ(fate("40001"), Fate::retry);
  EXPECT_EQ(fate("40P01"), Fate::retry);
  EXPECT_EQ(code("23505"), Errc::internal);
  EXPECT_EQ(fate("23505"), Fate::retry);
  EXPECT_EQ(fate("23503"), Fate::final);
  EXPECT_EQ(code("53100"), Errc::storage_full);
  EXPECT_EQ(code("53300"), Errc::unavailable);
  EXPECT_EQ(code("57014"), Errc::deadline_exceeded);
  EXPECT_EQ(fate("57P01"), Fate::lost);
  EXPECT_EQ(fate("08006"), Fate::lost);
  EXPECT_EQ(code("XX001"), Errc::corrupt);
  EXPECT_EQ(fate(""), Fate::lost);
  EXPECT_EQ(code("42601"), Errc::internal);
  EXPECT_EQ(meaning_of("0A000", "cached plan must not change result type").fate, Fate::lost);
  EXPECT_EQ(meaning_of("0A000", "not supported").fate, Fate::final);
}

TEST(PostgresUrl, IsNeverShownInAnError) {
  for (const char* url : {"postgres://user:hunter2@127.0.0.1:1/db", "postgres://user:hun@hunter2@127.0.0.1:1/db",
                          "postgres://user:hunter2/x@127.0.0.1:1/db", "postgres://user:1/hunter2@127.0.0.1:1/db",
                          "postgres://user:hunter2@127.0.0.1:hunter2/db", "postgres://user:hunter2%zz@127.0.0.1:1/db",
                          "postgres://user:hunter2@127.0.0.1:1/db?hunter2=1", "postgres://user:hunter2@[::1/db"}) {
    const auto opened = PostgresDatabase::open({.url = base::Secret(url)});
    ASSERT_FALSE(opened) << url;
    EXPECT_EQ(opened.error().message.find("hunter2"), std::string::npos) << opened.error().message;
  }
  EXPECT_TRUE(fails_with(Errc::unavailable,
                         PostgresDatabase::open({.url = base::Secret("postgres://user:hunter2@127.0.0.1:1/db")})));
}

class PostgresTest : public testing::Test {
 protected:
  void SetUp() override {
    const char* server = std::getenv("BERTH_TEST_POSTGRES");
    if (server == nullptr) GTEST_SKIP() << "NOT TESTED on PostgreSQL: set BERTH_TEST_POSTGRES, see script/postgres";
    schema = std::make_unique<TestSchema>(server);
    db = open(4);
    ASSERT_TRUE(db);
    ASSERT_TRUE(ok(exec("CREATE TABLE t (id BIGINT PRIMARY KEY, n BIGINT NOT NULL DEFAULT 0)")));
  }
  void TearDown() override { db.reset(); }

  std::unique_ptr<PostgresDatabase> open(std::size_t connections) {
    auto opened = PostgresDatabase::open({.url = schema->url(), .connections = connections});
    EXPECT_TRUE(ok(opened));
    return opened ? std::move(*opened) : nullptr;
  }
  base::Result<void> exec(std::string sql) {
    return db->write(patience(), [&](Tx& tx) -> base::Result<void> {
      BERTH_CHECK(tx.exec(sql));
      return {};
    });
  }
  static base::Result<std::int64_t> number(Tx& tx, std::string_view sql) {
    BERTH_TRY(const auto rows, tx.query(sql));
    return rows.at(0).integer(0);
  }
  base::Result<std::int64_t> number(std::string_view sql) {
    std::int64_t n = -1;
    BERTH_CHECK(db->read(patience(), [&](Tx& tx) -> base::Result<void> {
      BERTH_TRY(n, number(tx, sql));
      return {};
    }));
    return n;
  }
  // Ends the server's side of `tx`'s connection.
  void kill(Tx& tx) {
    const auto pid = number(tx, "SELECT pg_backend_pid()");
    ASSERT_TRUE(ok(pid));
    schema->run("SELECT pg_terminate_backend(" + std::to_string(*pid) + ", 5000)");
  }
  static base::Deadline patience() { return base::Deadline::after(std::chrono::seconds(60)); }

  std::unique_ptr<TestSchema> schema;
  std::unique_ptr<PostgresDatabase> db;
};

TEST_F(PostgresTest, AReadThatLosesItsConnectionIsRunAgain) {
  int runs = 0;
  EXPECT_TRUE(ok(db->read(patience(), [&](Tx& tx) -> base::Result<void> {
    if (++runs == 1) kill(tx);
    BERTH_CHECK(tx.query("SELECT 1"));
    return {};
  })));
  EXPECT_EQ(runs, 2);
}

TEST_F(PostgresTest, AWriteThatLosesItsConnectionBeforeTheCommitIsRunAgain) {
  int runs = 0;
  EXPECT_TRUE(ok(db->write(patience(), [&](Tx& tx) -> base::Result<void> {
    BERTH_CHECK(tx.exec("INSERT INTO t (id) VALUES (1)"));
    if (++runs == 1) kill(tx);
    BERTH_CHECK(tx.exec("UPDATE t SET n = n + 1"));
    return {};
  })));
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(number("SELECT n FROM t"), 1);
}

TEST_F(PostgresTest, OnceOnly) {
  int runs = 0;
  EXPECT_TRUE(fails_with(Errc::unavailable, db->read(patience(), [&](Tx& tx) -> base::Result<void> {
    ++runs;
    kill(tx);
    BERTH_CHECK(tx.query("SELECT 1"));
    return {};
  })));
  EXPECT_EQ(runs, 2);
}

TEST_F(PostgresTest, AfterARestartAllIdleConnectionsAreReplaced) {
  std::vector<std::thread> threads;
  std::atomic<int> inside = 0;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      EXPECT_TRUE(ok(db->read(patience(), [&](Tx& tx) -> base::Result<void> {
        BERTH_CHECK(tx.query("SELECT 1"));
        ++inside;
        while (inside < 4) std::this_thread::yield();  // so that each has a connection of its own
        return {};
      })));
    });
  }
  for (auto& thread : threads) thread.join();
  schema->run(
      "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND "
      "pid IN (SELECT pid FROM pg_stat_activity WHERE application_name = 'berth' AND state = 'idle')");
  for (int i = 0; i < 8; ++i) EXPECT_TRUE(ok(exec("UPDATE t SET n = n + 1")));
}

// Nobody can know whether it was committed, so it must not be run again.
TEST_F(PostgresTest, AConnectionLostDuringCommitIsToldAsSuch) {
  ASSERT_TRUE(
      ok(exec("CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS "
              "'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(5); RETURN NULL; END'")));
  ASSERT_TRUE(
      ok(exec("CREATE CONSTRAINT TRIGGER die AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW "
              "EXECUTE FUNCTION die()")));
  int runs = 0;
  const auto result = db->write(patience(), [&](Tx& tx) -> base::Result<void> {
    ++runs;
    BERTH_CHECK(tx.exec("INSERT INTO t (id) VALUES (1)"));
    return {};
  });
  EXPECT_TRUE(fails_with(Errc::unavailable, result));
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(number("SELECT count(*) FROM t"), 0) << "the database goes on";
}

TEST_F(PostgresTest, ADeadlockIsRunAgain) {
  ASSERT_TRUE(ok(exec("INSERT INTO t (id) VALUES (1), (2)")));
  std::atomic<int> holding = 0;
  const auto update = [&](int first, int second) {
    return db->write(patience(), [&, first, second](Tx& tx) -> base::Result<void> {
      BERTH_CHECK(tx.exec("UPDATE t SET n = n + 1 WHERE id = $1", {first}));
      ++holding;
      const auto give_up = std::chrono::steady_clock::now() + std::chrono::milliseconds(500);
      while (holding < 2 && std::chrono::steady_clock::now() < give_up) std::this_thread::yield();
      BERTH_CHECK(tx.exec("UPDATE t SET n = n + 1 WHERE id = $1", {second}));
      return {};
    });
  };
  std::thread other([&] { EXPECT_TRUE(ok(update(2, 1))); });
  EXPECT_TRUE(ok(update(1, 2)));
  other.join();
  EXPECT_GT(holding, 2) << "one of them was run again";
  EXPECT_EQ(number("SELECT sum(n) FROM t"), 4);
}

TEST_F(PostgresTest, AConflictThatDoesNotEndIsToldAsSuch) {
  ASSERT_TRUE(ok(exec("INSERT INTO t (id) VALUES (1)")));
  int runs = 0;
  const auto result = db->write(patience(), [&](Tx& tx) -> base::Result<void> {
    ++runs;
    BERTH_CHECK(tx.query("SELECT n FROM t"));
    schema->run("UPDATE t SET n = n + 1");
    BERTH_CHECK(tx.exec("UPDATE t SET n = n + 1"));
    return {};
  });
  EXPECT_TRUE(fails_with(Errc::conflict, result));
  EXPECT_EQ(result.error().message, kConflict);
  EXPECT_EQ(runs, 50);
}

TEST_F(PostgresTest, AConnectionThatIsNeverFreeIsWaitedForUntilTheDeadline) {
  const auto small = open(1);
  EXPECT_TRUE(ok(small->read(patience(), [&](Tx&) -> base::Result<void> {
    std::thread([&] {
      EXPECT_TRUE(fails_with(Errc::deadline_exceeded, small->read(base::Deadline::after(std::chrono::milliseconds(20)),
                                                                  [](Tx&) { return base::Result<void>(); })));
    }).join();
    return {};
  })));
}

TEST_F(PostgresTest, AMigrationUnderPreparedStatementsIsSurvived) {
  const auto all = [&] {
    return db->read(patience(), [](Tx& tx) -> base::Result<void> {
      BERTH_CHECK(tx.query("SELECT * FROM t"));
      return {};
    });
  };
  ASSERT_TRUE(ok(all()));
  schema->run("ALTER TABLE t ADD COLUMN more BIGINT");
  EXPECT_TRUE(ok(all()));
}

TEST_F(PostgresTest, SeveralServersMigrateAtOnceFromNothing) {
  const Migration migrations[] = {
      {1, "one", "CREATE TABLE one (n {{int}} NOT NULL);\nINSERT INTO one (n) VALUES (1);\n"},
      {2, "two", "ALTER TABLE one ADD COLUMN t {{text}};\nCREATE INDEX one_t ON one (t);\n"}};
  for (int round = 0; round < 10; ++round) {
    std::vector<std::thread> servers;
    for (int i = 0; i < 4; ++i) {
      servers.emplace_back([&] {
        const auto server = open(1);
        ASSERT_TRUE(server);
        EXPECT_TRUE(ok(migrate(*server, migrations)));
      });
    }
    for (auto& server : servers) server.join();
    EXPECT_EQ(number("SELECT count(*) FROM one"), 1);
    ASSERT_TRUE(ok(exec("DROP TABLE one")));
    ASSERT_TRUE(ok(exec("DROP TABLE schema_migrations")));
  }
}

}  // namespace
}  // namespace berth::sql::postgres
