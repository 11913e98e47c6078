// The second half of what every Database keeps to (see database_contract.h): transactions, threads, deadlines, and
// migrations.
#pragma once

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "sql/catalog.h"
#include "sql/database_contract.h"

namespace berth::sql {

inline base::Result<void> some_error() { return base::fail(base::Errc::image_not_found, "mine"); }

// Runs for a very long time on both engines.
inline constexpr std::string_view kEndless =
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000000) SELECT count(*) FROM n";

// --- one transaction

TEST_P(DatabaseContract, AnErrorRollsBackAndIsReturnedAsItIs) {
  const auto result = db().write(patience(), [](Tx& tx) -> base::Result<void> {
    BERTH_CHECK(tx.exec("INSERT INTO items (id) VALUES ('a')"));
    return some_error();
  });
  ASSERT_TRUE(fails_with(Errc::image_not_found, result));
  EXPECT_EQ(result.error().message, "mine");
  EXPECT_TRUE(fails_with(Errc::image_not_found, db().read(patience(), [](Tx&) { return some_error(); })));
  EXPECT_EQ(number("SELECT count(*) FROM items"), 0);
}

TEST_P(DatabaseContract, AnExceptionRollsBackAndReachesTheCaller) {
  const TxFunction f = [](Tx& tx) -> base::Result<void> {
    BERTH_CHECK(tx.exec("INSERT INTO items (id) VALUES ('a')"));
    BERTH_TRY(const auto rows, tx.query("SELECT id FROM items"));
    static_cast<void>(rows.at(0).integer(0));  // it is text
    return {};
  };
  EXPECT_THROW(static_cast<void>(db().write(patience(), f)), std::logic_error);
  EXPECT_THROW(
      static_cast<void>(db().read(patience(), [](Tx&) -> base::Result<void> { throw std::logic_error("bug"); })),
      std::logic_error);
  EXPECT_EQ(number("SELECT count(*) FROM items"), 0);
}

TEST_P(DatabaseContract, AnIgnoredErrorLosesTheTransaction) {
  const auto result = db().write(patience(), [](Tx& tx) -> base::Result<void> {
    BERTH_CHECK(tx.exec("INSERT INTO items (id) VALUES ('a')"));
    EXPECT_TRUE(fails_with(Errc::internal, tx.exec("INSERT INTO items (id) VALUES ('a')")));
    EXPECT_TRUE(fails_with(Errc::internal, tx.query("SELECT 1"))) << "each later statement fails as well";
    return {};
  });
  EXPECT_TRUE(fails_with(Errc::internal, result));
  EXPECT_EQ(number("SELECT count(*) FROM items"), 0);
}

TEST_P(DatabaseContract, AReadCannotWrite) {
  insert_ids({"a"});
  for (const char* sql : {"INSERT INTO items (id) VALUES ('b')", "DELETE FROM items", "DROP TABLE items",
                          "UPDATE items SET n = 1 RETURNING id"}) {
    EXPECT_TRUE(fails_with(Errc::internal, query(sql))) << sql;
  }
  EXPECT_EQ(number("SELECT count(*) FROM items WHERE n IS NULL"), 1);
}

TEST_P(DatabaseContract, AWriteSeesItsOwnChanges) {
  ASSERT_TRUE(ok(db().write(patience(), [](Tx& tx) -> base::Result<void> {
    BERTH_CHECK(tx.exec("INSERT INTO items (id, n) VALUES ('a', 1)"));
    BERTH_CHECK(tx.exec("UPDATE items SET n = n + 1"));
    BERTH_TRY(const auto rows, tx.query("SELECT n FROM items"));
    EXPECT_EQ(rows.at(0).integer(0), 2);
    return {};
  })));
}

// --- several

TEST_P(DatabaseContract, NothingIsVisibleBeforeTheCommit) {
  std::int64_t seen = -1;
  ASSERT_TRUE(ok(db().write(patience(), [&](Tx& tx) -> base::Result<void> {
    BERTH_CHECK(tx.exec("INSERT INTO items (id) VALUES ('a')"));
    seen = std::async(std::launch::async, [&] { return number("SELECT count(*) FROM items"); }).get();
    return {};
  })));
  EXPECT_EQ(seen, 0);
  EXPECT_EQ(number("SELECT count(*) FROM items"), 1) << "and it is after it, at once";
}

TEST_P(DatabaseContract, AReadSeesOneSnapshot) {
  insert_ids({"a"});
  ASSERT_TRUE(ok(db().read(patience(), [&](Tx& tx) -> base::Result<void> {
    const auto count = [&]() -> base::Result<std::int64_t> {
      BERTH_TRY(const auto rows, tx.query("SELECT count(*) FROM items"));
      return rows.at(0).integer(0);
    };
    EXPECT_EQ(count(), 1);
    std::async(std::launch::async, [&] { insert_ids({"b", "c"}); }).get();
    EXPECT_EQ(count(), 1);
    return {};
  })));
  EXPECT_EQ(number("SELECT count(*) FROM items"), 3);
}

// Both look, then both act on what they saw: one must see the other's act.
TEST_P(DatabaseContract, WriteSkewIsPrevented) {
  std::mutex mutex;
  std::condition_variable met;
  int looked = 0;
  const auto claim = [&](const std::string& id) {
    return db().write(patience(), [&, id](Tx& tx) -> base::Result<void> {
      BERTH_TRY(const auto rows, tx.query("SELECT count(*) FROM items"));
      {
        std::unique_lock lock(mutex);
        ++looked;
        met.notify_all();
        // Where writers run one after the other the second never comes, so do not insist.
        met.wait_for(lock, std::chrono::milliseconds(200), [&] { return looked >= 2; });
      }
      if (rows.at(0).integer(0) > 0) return some_error();
      BERTH_CHECK(tx.exec("INSERT INTO items (id) VALUES ($1)", {id}));
      return {};
    });
  };
  auto other = std::async(std::launch::async, [&] { return claim("a"); });
  const auto mine = claim("b");
  const auto theirs = other.get();
  EXPECT_NE(mine.has_value(), theirs.has_value());
  EXPECT_EQ(number("SELECT count(*) FROM items"), 1);
}

TEST_P(DatabaseContract, ManyWritersLoseNothing) {
  ASSERT_TRUE(ok(exec("INSERT INTO items (id, n) VALUES ('counter', 0)")));
  constexpr int kThreads = 16;
  constexpr int kRounds = 50;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < kRounds; ++i) {
        EXPECT_TRUE(ok(db().write(patience(), [](Tx& tx) -> base::Result<void> {
          BERTH_TRY(const auto rows, tx.query("SELECT n FROM items WHERE id = 'counter'"));
          BERTH_CHECK(tx.exec("UPDATE items SET n = $1 WHERE id = 'counter'", {rows.at(0).integer(0) + 1}));
          return {};
        })));
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(number("SELECT n FROM items"), kThreads * kRounds);
}

TEST_P(DatabaseContract, AnErrorHurtsOnlyItsOwnWrite) {
  constexpr int kThreads = 12;
  constexpr int kRounds = 20;
  std::atomic<int> succeeded = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kRounds; ++i) {
        const std::string id = std::to_string(t) + "-" + std::to_string(i);
        const auto result = db().write(patience(), [&](Tx& tx) -> base::Result<void> {
          BERTH_CHECK(tx.exec("INSERT INTO items (id) VALUES ($1)", {id}));
          if (t % 3 == 1) return some_error();
          if (t % 3 == 2) BERTH_CHECK(tx.exec("INSERT INTO children (id, parent) VALUES (1, 1)"));
          return {};
        });
        EXPECT_EQ(result.has_value(), t % 3 == 0);
        if (result) ++succeeded;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(number("SELECT count(*) FROM items"), succeeded);
  EXPECT_EQ(number("SELECT count(*) FROM children"), 0);
}

// --- deadlines

TEST_P(DatabaseContract, AStatementStopsAtTheDeadline) {
  const auto endless = [](Tx& tx) -> base::Result<void> {
    BERTH_CHECK(tx.query(kEndless));
    return {};
  };
  EXPECT_TRUE(
      fails_with(Errc::deadline_exceeded, db().read(base::Deadline::after(std::chrono::milliseconds(100)), endless)));
  EXPECT_TRUE(
      fails_with(Errc::deadline_exceeded, db().write(base::Deadline::after(std::chrono::milliseconds(100)), endless)));
  EXPECT_TRUE(ok(exec("INSERT INTO items (id) VALUES ('after')"))) << "the database goes on";
}

TEST_P(DatabaseContract, AStatementStopsWhenToldTo) {
  for (const bool writing : {false, true}) {
    std::stop_source source;
    base::Deadline deadline = patience();
    deadline.stop = source.get_token();
    std::atomic<bool> started = false;
    const TxFunction endless = [&](Tx& tx) -> base::Result<void> {
      started = true;
      started.notify_all();
      BERTH_CHECK(tx.query(kEndless));
      return {};
    };
    auto result = std::async(std::launch::async,
                             [&] { return writing ? db().write(deadline, endless) : db().read(deadline, endless); });
    started.wait(false);
    source.request_stop();
    EXPECT_TRUE(fails_with(Errc::deadline_exceeded, result.get()));
  }
}

TEST_P(DatabaseContract, NothingBeginsAfterTheDeadline) {
  const auto late = base::Deadline::after(std::chrono::milliseconds(-1));
  const TxFunction insert = [](Tx& tx) -> base::Result<void> {
    BERTH_CHECK(tx.exec("INSERT INTO items (id) VALUES ('late')"));
    return {};
  };
  EXPECT_TRUE(fails_with(Errc::deadline_exceeded, db().write(late, insert)));
  EXPECT_TRUE(fails_with(Errc::deadline_exceeded, db().read(late, [](Tx& tx) -> base::Result<void> {
    BERTH_CHECK(tx.query("SELECT 1"));
    return {};
  })));
  EXPECT_EQ(number("SELECT count(*) FROM items"), 0);
}

// One write that is stopped in the middle must not take along those that share its commit.
TEST_P(DatabaseContract, AStoppedWriteHurtsOnlyItself) {
  std::atomic<bool> done = false;
  std::thread stopped([&] {
    while (!done) {
      EXPECT_TRUE(
          fails_with(Errc::deadline_exceeded,
                     db().write(base::Deadline::after(std::chrono::milliseconds(5)), [](Tx& tx) -> base::Result<void> {
                       BERTH_CHECK(
                           tx.exec("INSERT INTO items (id, n) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL "
                                   "SELECT i + 1 FROM n WHERE i < 2000000000) SELECT 'lost', count(*) FROM n"));
                       return {};
                     })));
    }
  });
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 25; ++i) {
        const std::string id = std::to_string(t) + "-" + std::to_string(i);
        EXPECT_TRUE(ok(exec("INSERT INTO items (id) VALUES ($1)", {id})));
      }
    });
  }
  for (auto& thread : threads) thread.join();
  done = true;
  stopped.join();
  EXPECT_EQ(number("SELECT count(*) FROM items"), 100);
}

// --- migrations

TEST_P(DatabaseContract, MigratesOnce) {
  const Migration migrations[] = {{1, "contract", kSchema},
                                  {2, "more",
                                   "INSERT INTO items (id) VALUES ('from 2');\n-- only: postgres\n"
                                   "INSERT INTO items (id) VALUES ('only postgres');\n-- end\n-- only: sqlite\n"
                                   "INSERT INTO items (id) VALUES ('only sqlite');\n-- end\n"}};
  ASSERT_TRUE(ok(migrate(db(), migrations)));
  ASSERT_TRUE(ok(migrate(db(), migrations)));
  EXPECT_EQ(texts("SELECT id FROM items ORDER BY id"),
            (std::vector<std::string>{"from 2", "only " + std::string(db().engine())}));
  EXPECT_EQ(number("SELECT max(version) FROM schema_migrations"), 2);
}

TEST_P(DatabaseContract, AFailingMigrationLeavesNothing) {
  const Migration bad[] = {{1, "contract", kSchema}, {2, "bad", "INSERT INTO items (id) VALUES ('x');\nSELEKT;\n"}};
  EXPECT_TRUE(fails_with(Errc::internal, migrate(db(), bad)));
  EXPECT_EQ(number("SELECT count(*) FROM items"), 0);
  const Migration good[] = {{1, "contract", kSchema}, {2, "good", "INSERT INTO items (id) VALUES ('y');\n"}};
  EXPECT_TRUE(ok(migrate(db(), good)));
}

TEST_P(DatabaseContract, RefusesADatabaseOfANewerOrAnotherProgram) {
  const Migration newer[] = {{1, "contract", kSchema}, {2, "newer", "INSERT INTO items (id) VALUES ('x');\n"}};
  ASSERT_TRUE(ok(migrate(db(), newer)));
  const auto older = migrate(db(), std::span(newer, 1));
  ASSERT_TRUE(fails_with(Errc::unsupported, older));
  EXPECT_NE(older.error().message.find("schema version 2"), std::string::npos);
  const Migration other[] = {{1, "contract", kSchema}, {2, "other", ""}};
  EXPECT_TRUE(fails_with(Errc::unsupported, migrate(db(), other)));
}

TEST_P(DatabaseContract, SeveralServersMigrateAtOnce) {
  const Migration migrations[] = {
      {1, "contract", kSchema},
      {2, "two", "CREATE TABLE two (n {{int}} NOT NULL) {{strict}};\nINSERT INTO two (n) VALUES (1);\n"},
      {3, "three", "ALTER TABLE two ADD COLUMN t {{text}};\n"}};
  std::vector<std::thread> servers;
  for (int i = 0; i < 4; ++i) servers.emplace_back([&] { EXPECT_TRUE(ok(migrate(db(), migrations))); });
  for (auto& server : servers) server.join();
  EXPECT_EQ(number("SELECT count(*) FROM two"), 1);
}

// --- the catalogue

TEST_P(DatabaseContract, TablesComeBehindTheirParents) {
  std::vector<Table> found;
  ASSERT_TRUE(ok(db().read(patience(), [&](Tx& tx) -> base::Result<void> {
    BERTH_TRY(found, tables(tx, db().engine()));
    return {};
  })));
  std::vector<std::string> names;
  for (const Table& table : found) names.push_back(table.name);
  EXPECT_EQ(names, (std::vector<std::string>{"items", "parents", "children", "late_children", "schema_migrations"}));
  EXPECT_EQ(found[0].columns, (std::vector<std::string>{"id", "n", "t", "b"}));
  EXPECT_EQ(found[0].key, std::vector<std::string>{"id"});
  EXPECT_EQ(found[2].parents, std::vector<std::string>{"parents"});
  EXPECT_TRUE(found[3].key.empty());
}

TEST_P(DatabaseContract, KeysOfTablesAreInTheirOrder) {
  const Migration migrations[] = {
      {1, "contract", kSchema},
      {2, "keys",
       "CREATE TABLE keyed (b {{int}} NOT NULL, x {{int}}, a {{text}} NOT NULL, PRIMARY KEY (a, b)) {{strict}};"}};
  ASSERT_TRUE(ok(migrate(db(), migrations)));
  std::vector<Table> found;
  ASSERT_TRUE(ok(db().read(patience(), [&](Tx& tx) -> base::Result<void> {
    BERTH_TRY(found, tables(tx, db().engine()));
    return {};
  })));
  const auto keyed = std::ranges::find(found, "keyed", &Table::name);
  ASSERT_NE(keyed, found.end());
  EXPECT_EQ(keyed->columns, (std::vector<std::string>{"b", "x", "a"}));
  EXPECT_EQ(keyed->key, (std::vector<std::string>{"a", "b"}));
}

}  // namespace berth::sql
