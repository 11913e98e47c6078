#include "sql/database.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "base/test_support.h"

namespace berth::sql {
namespace {

// Answers as it was told to, and counts.
class ScriptedTx final : public Tx {
 public:
  bool fail_next = false;
  int runs = 0;
  std::vector<Value> last;

 private:
  base::Result<Answer> run(std::string_view, std::span<const Value> parameters) override {
    ++runs;
    last.assign(parameters.begin(), parameters.end());
    if (std::exchange(fail_next, false)) return base::fail(base::Errc::conflict, "first");
    return Answer{.rows = {Row({std::int64_t{7}})}, .changed = 3};
  }
};

TEST(Row, GivesColumnsAsWhatTheyAre) {
  const Row row({std::monostate(), std::int64_t{5}, "text", Blob{"bytes"}});
  EXPECT_EQ(row.size(), 4U);
  EXPECT_TRUE(row.is_null(0));
  EXPECT_EQ(row.integer(1), 5);
  EXPECT_EQ(row.text(2), "text");
  EXPECT_EQ(row.blob(3), "bytes");
  EXPECT_EQ(row.maybe_integer(0), std::nullopt);
  EXPECT_EQ(row.maybe_text(0), std::nullopt);
  EXPECT_EQ(row.maybe_blob(0), std::nullopt);
  EXPECT_EQ(row.maybe_integer(1), 5);
}

TEST(Row, AskingForSomethingElseIsABug) {
  const Row row({std::monostate(), std::int64_t{5}, "text", Blob{"bytes"}});
  EXPECT_THROW(row.integer(0), std::logic_error);
  EXPECT_THROW(row.integer(2), std::logic_error);
  EXPECT_THROW(row.text(3), std::logic_error);
  EXPECT_THROW(row.blob(2), std::logic_error);
  EXPECT_THROW(row.maybe_text(1), std::logic_error);
  EXPECT_THROW(row.integer(4), std::logic_error);
}

TEST(Value, OfAnOptional) {
  EXPECT_EQ(nullable(std::optional<std::string>()), Value(std::monostate()));
  EXPECT_EQ(nullable(std::optional<std::string>("x")), Value("x"));
  EXPECT_EQ(nullable(std::optional<std::int64_t>(1)), Value(1));
}

TEST(Tx, TakesListsAndSpans) {
  ScriptedTx tx;
  EXPECT_EQ(tx.exec("sql", {"a", 1, std::monostate(), Blob{"b"}}), 3);
  EXPECT_EQ(tx.last, (std::vector<Value>{"a", 1, std::monostate(), Blob{"b"}}));
  const std::vector<Value> parameters = {"c"};
  EXPECT_EQ(tx.query("sql", parameters)->at(0).integer(0), 7);
  EXPECT_EQ(tx.last, parameters);
  EXPECT_TRUE(ok(tx.query("sql")));
  EXPECT_TRUE(tx.last.empty());
}

TEST(Tx, StaysLostAfterAnError) {
  ScriptedTx tx;
  EXPECT_TRUE(ok(tx.query("sql")));
  EXPECT_EQ(tx.failure(), std::nullopt);
  tx.fail_next = true;
  EXPECT_TRUE(fails_with(base::Errc::conflict, tx.query("sql")));
  EXPECT_TRUE(fails_with(base::Errc::conflict, tx.exec("sql"))) << "the first error again";
  EXPECT_EQ(tx.runs, 2) << "without asking the engine";
  EXPECT_EQ(tx.failure()->message, "first");
}

TEST(Tx, BadTextDoesNotReachTheEngine) {
  ScriptedTx tx;
  EXPECT_TRUE(fails_with(base::Errc::invalid_parameter, tx.exec("sql", {"\xff"})));
  EXPECT_TRUE(fails_with(base::Errc::invalid_parameter, tx.exec("sql")));
  EXPECT_EQ(tx.runs, 0);
}

}  // namespace
}  // namespace berth::sql
