#include "sql/transaction_contract.h"

#include "sql/sqlite/database.h"

namespace berth::sql {
namespace {

class SqliteHarness final : public DatabaseHarness {
 public:
  explicit SqliteHarness(const sqlite::Options& options) {
    auto opened = sqlite::SqliteDatabase::open(options);
    EXPECT_TRUE(ok(opened));
    database_ = std::move(*opened);
  }
  Database& database() override { return *database_; }

 private:
  std::unique_ptr<Database> database_;
};

MakeDatabaseHarness make(sqlite::Options options) {
  return [options] { return std::make_unique<SqliteHarness>(options); };
}

INSTANTIATE_TEST_SUITE_P(Sqlite, DatabaseContract, testing::Values(make({})));
INSTANTIATE_TEST_SUITE_P(SqliteRunTwice, DatabaseContract, testing::Values(make(sqlite::temporary())));

}  // namespace
}  // namespace berth::sql
