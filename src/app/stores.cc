#include "app/stores.h"

#include "blob/local/local_blob_store.h"
#include "sql/postgres/database.h"
#include "sql/sqlite/database.h"

namespace berth::app {
namespace {

base::Result<std::unique_ptr<sql::Database>> open_database(const config::Options& options) {
  if (options.db.empty()) {
    BERTH_TRY(auto database, sql::sqlite::SqliteDatabase::open(
                                 {.path = options.data + "/berth.db", .readers = options.pools.api + 4}));
    return database;
  }
  BERTH_TRY(auto database,
            sql::postgres::PostgresDatabase::open({.url = options.db, .connections = options.pools.api + 4}));
  return database;
}

}  // namespace

base::Result<Stores> open_stores(const config::Options& options, auth::KeyRing keys) {
  BERTH_TRY(auto database, open_database(options));
  auto meta = std::make_unique<meta::Store>(*database);
  BERTH_CHECK(meta->migrate());
  const auto folder = [&](const std::string& path, std::string_view standard) {
    return path.empty() ? options.data + "/" + std::string(standard) : path;
  };
  BERTH_TRY(auto blobs, blob::local::LocalBlobStore::open(folder(options.blobs.path, "blobs")));
  BERTH_TRY(auto archive, blob::local::LocalBlobStore::open(folder(options.archive.path, "archive")));
  return Stores{.keys = std::move(keys),
                .database = std::move(database),
                .meta = std::move(meta),
                .blobs = std::move(blobs),
                .archive = std::move(archive)};
}

}  // namespace berth::app
