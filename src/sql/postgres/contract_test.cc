#include <cstdlib>

#include "sql/postgres/database.h"
#include "sql/postgres/test_schema.h"
#include "sql/transaction_contract.h"

namespace berth::sql {
namespace {

class PostgresHarness final : public DatabaseHarness {
 public:
  explicit PostgresHarness(const char* server) : schema_(server) {
    auto opened = postgres::PostgresDatabase::open({.url = schema_.url(), .connections = 8});
    EXPECT_TRUE(ok(opened));
    if (opened) database_ = std::move(*opened);
  }
  Database& database() override { return *database_; }

 private:
  postgres::TestSchema schema_;
  std::unique_ptr<Database> database_;
};

std::unique_ptr<DatabaseHarness> make() {
  const char* server = std::getenv("BERTH_TEST_POSTGRES");
  if (server != nullptr) return std::make_unique<PostgresHarness>(server);
  [] { GTEST_SKIP() << "NOT TESTED on PostgreSQL: set BERTH_TEST_POSTGRES, see script/postgres"; }();
  return nullptr;
}

INSTANTIATE_TEST_SUITE_P(Postgres, DatabaseContract, testing::Values(make));

}  // namespace
}  // namespace berth::sql
