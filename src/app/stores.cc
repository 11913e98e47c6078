#include "app/stores.h"

#include <filesystem>

#include "app/memory_limit.h"
#include "blob/local/local_blob_store.h"
#include "service/hot_blobs.h"
#include "sql/postgres/database.h"
#include "sql/sqlite/database.h"

namespace berth::app {
namespace {

std::string folder_of(const config::Options& options, const std::string& path, std::string_view standard) {
  return path.empty() ? options.data + "/" + std::string(standard) : path;
}

}  // namespace

// One for each thread that answers requests, and some for loops.
std::size_t readers(const config::Options& options) { return options.pools.api + options.pools.writes + 4; }

std::string blobs_path(const config::Options& options) { return folder_of(options, options.blobs.path, "blobs"); }
std::string archive_path(const config::Options& options) { return folder_of(options, options.archive.path, "archive"); }

base::Result<std::unique_ptr<sql::Database>> open_database(const config::Options& options) {
  if (options.db.empty()) {
    sql::sqlite::Options sqlite{.path = options.data + "/berth.db", .readers = readers(options)};
    if (options.memory.limit != 0) fit_into(options.memory.limit, sqlite);
    BERTH_TRY(auto database, sql::sqlite::SqliteDatabase::open(sqlite));
    return database;
  }
  BERTH_TRY(auto database, sql::postgres::PostgresDatabase::open({.url = options.db, .connections = readers(options)}));
  return database;
}

base::Result<BlobFolders> open_blobs(const config::Options& options) {
  BERTH_TRY(auto hot, blob::local::LocalBlobStore::open(blobs_path(options)));
  BERTH_TRY(auto cold, blob::local::LocalBlobStore::open(archive_path(options)));
  return BlobFolders{.hot = std::move(hot), .cold = std::move(cold)};
}

base::Result<Stores> open_stores(const config::Options& options, auth::KeyRing keys) {
  std::error_code ignored;
  if (std::filesystem::exists(std::filesystem::path(options.data) / kRestoring, ignored)) {
    return base::fail(base::Errc::unavailable, "a restore into " + options.data +
                                                   " did not come to its end: run the same `berth restore` again, or "
                                                   "begin with an empty folder");
  }
  BERTH_TRY(auto database, open_database(options));
  auto meta = std::make_unique<meta::Store>(*database);
  BERTH_CHECK(meta->migrate());
  BERTH_TRY(auto blobs, open_blobs(options));
  auto hot = std::make_unique<service::HotBlobs>(*meta, *blobs.hot);
  return Stores{.keys = std::move(keys),
                .database = std::move(database),
                .meta = std::move(meta),
                .files = std::move(blobs.hot),
                .blobs = std::move(hot),
                .archive = std::move(blobs.cold)};
}

}  // namespace berth::app
