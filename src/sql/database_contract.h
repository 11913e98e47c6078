// What every Database keeps to. An engine runs both halves, this and transaction_contract.h, with
// INSTANTIATE_TEST_SUITE_P(Name, DatabaseContract, Values(make)).
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <initializer_list>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/deadline.h"
#include "base/test_support.h"
#include "sql/database.h"
#include "sql/migrate.h"

namespace berth::sql {

// A database under test, empty, and whatever it lives in.
class DatabaseHarness {
 public:
  virtual ~DatabaseHarness() = default;
  virtual Database& database() = 0;
};
using MakeDatabaseHarness = std::function<std::unique_ptr<DatabaseHarness>()>;

class DatabaseContract : public testing::TestWithParam<MakeDatabaseHarness> {
 protected:
  using Errc = base::Errc;
  static constexpr std::string_view kSchema = R"sql(
CREATE TABLE items (id {{text}} NOT NULL PRIMARY KEY, n {{int}}, t {{text}}, b {{blob}}) {{strict}};
CREATE TABLE parents (id {{int}} NOT NULL PRIMARY KEY) {{strict}};
CREATE TABLE children (
  id {{int}} NOT NULL PRIMARY KEY,
  parent {{int}} NOT NULL REFERENCES parents (id) ON DELETE CASCADE
) {{strict}};
CREATE TABLE late_children (
  parent {{int}} NOT NULL REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED
) {{strict}};
)sql";

  void SetUp() override {
    harness_ = GetParam()();
    if (IsSkipped() || HasFatalFailure()) return;
    const Migration migrations[] = {{1, "contract", kSchema}};
    ASSERT_TRUE(ok(migrate(db(), migrations)));
  }

  Database& db() { return harness_->database(); }

  // One statement in a transaction of its own.
  base::Result<std::int64_t> exec(std::string_view sql, std::vector<Value> parameters = {}) {
    std::int64_t changed = 0;
    BERTH_CHECK(db().write(patience(), [&](Tx& tx) -> base::Result<void> {
      BERTH_TRY(changed, tx.exec(sql, parameters));
      return {};
    }));
    return changed;
  }
  base::Result<Rows> query(std::string_view sql, std::vector<Value> parameters = {}) {
    Rows rows;
    BERTH_CHECK(db().read(patience(), [&](Tx& tx) -> base::Result<void> {
      BERTH_TRY(rows, tx.query(sql, parameters));
      return {};
    }));
    return rows;
  }
  // The first column of the first row.
  std::int64_t number(std::string_view sql, std::vector<Value> parameters = {}) {
    const auto rows = query(sql, std::move(parameters));
    EXPECT_TRUE(ok(rows));
    return rows && !rows->empty() ? rows->front().integer(0) : -1;
  }
  std::vector<std::string> texts(std::string_view sql, std::vector<Value> parameters = {}) {
    std::vector<std::string> out;
    const auto rows = query(sql, std::move(parameters));
    EXPECT_TRUE(ok(rows));
    if (rows) {
      for (const Row& row : *rows) out.push_back(row.text(0));
    }
    return out;
  }
  void insert_ids(std::initializer_list<std::string> ids) {
    for (const std::string& id : ids) ASSERT_TRUE(ok(exec("INSERT INTO items (id) VALUES ($1)", {id})));
  }
  // Generous, so that a hanging test fails instead.
  static base::Deadline patience() { return base::Deadline::after(std::chrono::seconds(60)); }

 private:
  std::unique_ptr<DatabaseHarness> harness_;
};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(DatabaseContract);

// --- values

TEST_P(DatabaseContract, IntegersComeBack) {
  constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  for (const std::int64_t n : {kMin, std::int64_t{-1}, std::int64_t{0}, std::int64_t{1} << 40, kMax}) {
    ASSERT_TRUE(
        ok(exec("INSERT INTO items (id, n) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET n = excluded.n", {"x", n})));
    EXPECT_EQ(number("SELECT n FROM items WHERE n = $1", {n}), n);
    EXPECT_EQ(number("SELECT $1", {n}), n);
  }
  EXPECT_EQ(number("SELECT $1 + 1", {kMax - 1}), kMax) << "arithmetic on a parameter has 64 bits";
}

TEST_P(DatabaseContract, TextComesBack) {
  for (const std::string& t : {std::string(), std::string("a'b\"c\\d\n\t$1 ? ;-- {{text}}"), std::string("é 漢字 😀"),
                               std::string(300'000, 'x')}) {
    ASSERT_TRUE(
        ok(exec("INSERT INTO items (id, t) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET t = excluded.t", {"x", t})));
    EXPECT_EQ(texts("SELECT t FROM items WHERE t = $1", {t}), std::vector{t});
  }
}

TEST_P(DatabaseContract, TextThatIsNotUtf8OrHoldsNulIsRefused) {
  using namespace std::string_literals;
  for (const std::string& t : {"a\0b"s, "\0"s, "\xff"s, "\xc3"s, "\xed\xa0\x80"s, "\xc0\x80"s, "\xf4\x90\x80\x80"s}) {
    EXPECT_TRUE(fails_with(Errc::invalid_parameter, exec("INSERT INTO items (id) VALUES ($1)", {t})));
    EXPECT_TRUE(fails_with(Errc::invalid_parameter, query("SELECT id FROM items WHERE id = $1", {t})));
  }
  EXPECT_EQ(number("SELECT count(*) FROM items"), 0);
}

TEST_P(DatabaseContract, BlobsComeBack) {
  std::string every;
  for (int i = 0; i < 256; ++i) every += static_cast<char>(i);
  for (const std::string& b : {std::string(), every, std::string(4 << 20, '\0')}) {
    ASSERT_TRUE(ok(exec("INSERT INTO items (id, b) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET b = excluded.b",
                        {"x", Blob{b}})));
    const auto rows = query("SELECT b FROM items WHERE b = $1", {Blob{b}});
    ASSERT_TRUE(ok(rows));
    ASSERT_EQ(rows->size(), 1U);
    EXPECT_EQ(rows->front().blob(0), b);
  }
}

TEST_P(DatabaseContract, NullIsNeitherEmptyTextNorEmptyBlob) {
  ASSERT_TRUE(ok(exec("INSERT INTO items (id, n, t, b) VALUES ($1, $2, $3, $4)",
                      {"null", std::monostate(), std::monostate(), std::monostate()})));
  ASSERT_TRUE(ok(exec("INSERT INTO items (id, n, t, b) VALUES ($1, $2, $3, $4)", {"empty", 0, "", Blob{}})));
  const auto rows = query("SELECT n, t, b FROM items ORDER BY id");
  ASSERT_TRUE(ok(rows));
  const Row& empty = rows->at(0);
  EXPECT_EQ(empty.maybe_integer(0), 0);
  EXPECT_EQ(empty.maybe_text(1), "");
  EXPECT_EQ(empty.maybe_blob(2), "");
  const Row& null = rows->at(1);
  EXPECT_EQ(null.maybe_integer(0), std::nullopt);
  EXPECT_EQ(null.maybe_text(1), std::nullopt);
  EXPECT_EQ(null.maybe_blob(2), std::nullopt);
  EXPECT_EQ(texts("SELECT id FROM items WHERE b IS NULL"), std::vector<std::string>{"null"});
  EXPECT_EQ(
      texts("SELECT id FROM items WHERE CAST($1 AS TEXT) IS NULL OR t = $1 ORDER BY id", {std::monostate()}).size(),
      2U);
}

TEST_P(DatabaseContract, CountsSumsAndComparisonsAreIntegers) {
  EXPECT_TRUE(query("SELECT sum(n) FROM items")->at(0).is_null(0));
  constexpr std::int64_t kBig = std::int64_t{1} << 61;
  ASSERT_TRUE(ok(exec("INSERT INTO items (id, n) VALUES ('a', $1), ('b', $1), ('c', -1)", {kBig})));
  EXPECT_EQ(number("SELECT count(*) FROM items"), 3);
  EXPECT_EQ(number("SELECT sum(n) FROM items"), 2 * kBig - 1);
  EXPECT_EQ(number("SELECT sum(n) FROM items WHERE id = 'c'"), -1);
  EXPECT_EQ(number("SELECT coalesce(sum(n), 0) FROM items WHERE id = 'z'"), 0);
  EXPECT_EQ(number("SELECT 1 = 1"), 1);
  EXPECT_EQ(number("SELECT EXISTS (SELECT 1 FROM items WHERE id = 'z')"), 0);
  EXPECT_TRUE(fails_with(Errc::internal, query("SELECT CAST(1 AS REAL)"))) << "there are no floating point values";
}

// --- statements

TEST_P(DatabaseContract, PlaceholdersCanRepeatAndStandInAnyOrder) {
  const auto rows = query("SELECT $2 || $1 || $2 || $3", {"a", "b", "c"});
  ASSERT_TRUE(ok(rows));
  EXPECT_EQ(rows->front().text(0), "babc");
}

TEST_P(DatabaseContract, WrongStatementsFail) {
  EXPECT_TRUE(fails_with(Errc::internal, query("SELECT $1 || $2", {"only one"})));
  EXPECT_TRUE(fails_with(Errc::internal, query("SELECT 1; SELECT 2")));
  EXPECT_TRUE(fails_with(Errc::internal, query("SELEKT 1")));
  EXPECT_TRUE(fails_with(Errc::internal, query("")));
  EXPECT_TRUE(fails_with(Errc::internal, query("SELECT * FROM no_such_table")));
  EXPECT_TRUE(fails_with(Errc::internal, query("SELECT \"not a string\"")));
  EXPECT_TRUE(fails_with(Errc::internal, query("SELECT '{{no_such_token}}'")));
  EXPECT_TRUE(fails_with(Errc::internal, exec("INSERT INTO items (id, n) VALUES ('x', 'not a number')")));
}

TEST_P(DatabaseContract, MoreStatementsThanAreKeptPrepared) {
  for (int round = 0; round < 2; ++round) {
    ASSERT_TRUE(ok(db().read(patience(), [](Tx& tx) -> base::Result<void> {
      for (int i = 0; i < 600; ++i) {
        BERTH_TRY(const auto rows, tx.query("SELECT " + std::to_string(i) + " + $1", {1}));
        EXPECT_EQ(rows.at(0).integer(0), i + 1);
      }
      return {};
    })));
  }
}

TEST_P(DatabaseContract, ExecTellsHowManyRowsChanged) {
  EXPECT_EQ(exec("INSERT INTO items (id) VALUES ('a'), ('b'), ('c')"), 3);
  EXPECT_EQ(exec("INSERT INTO items (id) VALUES ('a'), ('d') ON CONFLICT DO NOTHING"), 1);
  EXPECT_EQ(exec("INSERT INTO items (id) VALUES ('a') ON CONFLICT DO NOTHING"), 0);
  EXPECT_EQ(exec("UPDATE items SET n = 1 WHERE id > $1", {"a"}), 3);
  EXPECT_EQ(exec("CREATE TABLE more (id {{int}} NOT NULL) {{strict}}"), 0);
  EXPECT_EQ(exec("DELETE FROM items WHERE id = 'z'"), 0);
  EXPECT_EQ(exec("DELETE FROM items"), 4);
}

TEST_P(DatabaseContract, OnConflictReturning) {
  const auto upsert = [&](std::int64_t n) {
    std::int64_t kept = -1;
    EXPECT_TRUE(ok(db().write(patience(), [&](Tx& tx) -> base::Result<void> {
      BERTH_TRY(const auto rows, tx.query("INSERT INTO items (id, n) VALUES ('a', $1) ON CONFLICT (id) DO UPDATE "
                                          "SET n = excluded.n WHERE items.n < excluded.n RETURNING n",
                                          {n}));
      kept = rows.empty() ? -1 : rows.at(0).integer(0);
      return {};
    })));
    return kept;
  };
  EXPECT_EQ(upsert(5), 5);
  EXPECT_EQ(upsert(7), 7);
  EXPECT_EQ(upsert(6), -1) << "no row: nothing was changed";
  EXPECT_EQ(number("SELECT n FROM items"), 7);
}

TEST_P(DatabaseContract, KeysetPagingInByteOrder) {
  insert_ids({"a", "B", "b", "A", "a-b", "a.b", "a_b", "ab", "a/b", "é", "aB", "0", "Z"});
  const std::vector<std::string> sorted = {"0", "A", "B", "Z", "a", "a-b", "a.b", "a/b", "aB", "a_b", "ab", "b", "é"};
  EXPECT_EQ(texts("SELECT id FROM items ORDER BY id"), sorted);
  std::vector<std::string> paged;
  std::string last;
  while (true) {
    const auto page = texts("SELECT id FROM items WHERE (id, 0) > ($1, $2) ORDER BY id LIMIT $3", {last, 0, 4});
    if (page.empty()) break;
    paged.insert(paged.end(), page.begin(), page.end());
    last = page.back();
  }
  EXPECT_EQ(paged, sorted);
}

TEST_P(DatabaseContract, SkipLockedTokenIsUnderstood) {
  insert_ids({"a", "b"});
  ASSERT_TRUE(ok(db().write(patience(), [](Tx& tx) -> base::Result<void> {
    BERTH_TRY(const auto rows, tx.query("UPDATE items SET n = 1 WHERE id = (SELECT id FROM items WHERE n IS NULL "
                                        "ORDER BY id LIMIT 1 {{skip_locked}}) RETURNING id"));
    EXPECT_EQ(rows.at(0).text(0), "a");
    return {};
  })));
}

TEST_P(DatabaseContract, ForeignKeysAreEnforcedAndCascade) {
  EXPECT_TRUE(fails_with(Errc::internal, exec("INSERT INTO children (id, parent) VALUES (1, 1)")));
  ASSERT_TRUE(ok(exec("INSERT INTO parents (id) VALUES (1), (2)")));
  ASSERT_TRUE(ok(exec("INSERT INTO children (id, parent) VALUES (1, 1), (2, 1), (3, 2)")));
  EXPECT_EQ(exec("DELETE FROM parents WHERE id = 1"), 1);
  EXPECT_EQ(number("SELECT count(*) FROM children"), 1);
}

TEST_P(DatabaseContract, DeferredForeignKeysAreCheckedAtTheEnd) {
  EXPECT_TRUE(fails_with(Errc::internal, exec("INSERT INTO late_children (parent) VALUES (9)")));
  EXPECT_TRUE(ok(db().write(patience(), [](Tx& tx) -> base::Result<void> {
    BERTH_CHECK(tx.exec("INSERT INTO late_children (parent) VALUES (9)"));
    BERTH_CHECK(tx.exec("INSERT INTO parents (id) VALUES (9)"));
    return {};
  })));
  EXPECT_EQ(number("SELECT count(*) FROM late_children"), 1);
}

}  // namespace berth::sql
