#include "sql/migrate.h"

#include <gtest/gtest.h>

#include "base/test_support.h"
#include "sql/tokens.h"

namespace berth::sql {
namespace {

using Statements = std::vector<std::string>;

TEST(SplitStatements, AtASemicolonThatEndsALine) {
  EXPECT_EQ(split_statements("a;\nb\nc;", "sqlite"), (Statements{"a", "b\nc"}));
  EXPECT_EQ(split_statements("a ';' b; c;  \r\nd;\n", "sqlite"), (Statements{"a ';' b; c", "d"}));
  EXPECT_EQ(split_statements("", "sqlite"), Statements{});
  EXPECT_EQ(split_statements("\n \n", "sqlite"), Statements{});
}

TEST(SplitStatements, DropsCommentLines) {
  EXPECT_EQ(split_statements("-- first; \na (\n  -- in; the middle;\n  b -- beside\n);\n-- last", "sqlite"),
            Statements{"a (\n  b -- beside\n)"});
}

TEST(SplitStatements, KeepsBlocksOfTheirEngine) {
  constexpr std::string_view kSql = "a;\n-- only: postgres\nb;\n-- end\n  -- only:sqlite\nc;\n-- end\nd;\n";
  EXPECT_EQ(split_statements(kSql, "sqlite"), (Statements{"a", "c", "d"}));
  EXPECT_EQ(split_statements(kSql, "postgres"), (Statements{"a", "b", "d"}));
  EXPECT_EQ(split_statements("create (\n-- only: sqlite\nx\n-- end\n-- only: postgres\ny\n-- end\n);", "postgres"),
            Statements{"create (\ny\n)"});
}

TEST(SplitStatements, RefusesWhatIsCutOff) {
  for (const char* sql : {"a", "a;\nb", "a; -- b", "-- only: postgres\na;\n", "-- end\n", "-- only: oracle\n-- end\n",
                          "-- only: sqlite\n-- only: postgres\n-- end\n-- end\n"}) {
    EXPECT_TRUE(fails_with(base::Errc::internal, split_statements(sql, "sqlite"))) << sql;
  }
}

TEST(Tokens, AreWrittenOut) {
  constexpr Token kTokens[] = {{"int", "BIGINT"}, {"strict", ""}};
  EXPECT_EQ(expand("a {{int}}, b {{int}} {{strict}};", kTokens), "a BIGINT, b BIGINT ;");
  EXPECT_EQ(expand("nothing } { here", kTokens), "nothing } { here");
  EXPECT_EQ(expand("", kTokens), "");
  for (const char* sql : {"{{text}}", "{{int", "{{}}", "{{ int }}", "{{"}) {
    EXPECT_TRUE(fails_with(base::Errc::internal, expand(sql, kTokens))) << sql;
  }
}

// A database that is not there: whatever is wrong with the list itself is said before it is asked.
class NoDatabase final : public Database {
 public:
  base::Result<void> read(const base::Deadline&, const TxFunction&) override { return fail(); }
  base::Result<void> write(const base::Deadline&, const TxFunction&) override { return fail(); }
  std::string_view engine() const override { return "sqlite"; }

 private:
  static base::Result<void> fail() { return base::fail(base::Errc::unavailable, "not there"); }
};

TEST(Migrate, RefusesNumbersOutOfOrder) {
  NoDatabase database;
  const Migration good[] = {{1, "a", ""}, {2, "b", ""}};
  EXPECT_TRUE(fails_with(base::Errc::unavailable, migrate(database, good)));
  const Migration twice[] = {{1, "a", ""}, {1, "b", ""}};
  EXPECT_TRUE(fails_with(base::Errc::internal, migrate(database, twice)));
  const Migration zero[] = {{0, "a", ""}};
  EXPECT_TRUE(fails_with(base::Errc::internal, migrate(database, zero)));
}

}  // namespace
}  // namespace berth::sql
