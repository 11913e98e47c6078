// What lies on disk or behind a database URL, opened. Layout of a data folder: master.key, berth.db, blobs/, archive/.
#pragma once

#include <memory>
#include <string>

#include "auth/key_ring.h"
#include "blob/blob_store.h"
#include "config/options.h"
#include "meta/store.h"
#include "sql/database.h"

namespace berth::app {

// Owned by a command; everything that uses it is destroyed first.
struct Stores {
  auth::KeyRing keys;
  std::unique_ptr<sql::Database> database;
  std::unique_ptr<meta::Store> meta;
  std::unique_ptr<blob::BlobStore> files;
  std::unique_ptr<blob::BlobStore> blobs;  // those, and small ones that `meta` has (service/hot_blobs.h)
  std::unique_ptr<blob::BlobStore> archive;
};

// Connections of the database that may be in use at one time.
std::size_t readers(const config::Options& options);

// Where the blobs are that are not archived.
std::string blobs_path(const config::Options& options);
std::string archive_path(const config::Options& options);

// The two halves of it, for who puts something into them first. `unavailable`, as below.
base::Result<std::unique_ptr<sql::Database>> open_database(const config::Options& options);
struct BlobFolders {
  std::unique_ptr<blob::BlobStore> hot;
  std::unique_ptr<blob::BlobStore> cold;
};
base::Result<BlobFolders> open_blobs(const config::Options& options);

// In a data folder that `berth restore` has not finished; nothing else opens it.
inline constexpr std::string_view kRestoring = "restoring";

// `keys` were made or loaded by the caller. Brings the schema up to date. `unavailable` with a sentence for the
// operator.
base::Result<Stores> open_stores(const config::Options& options, auth::KeyRing keys);

}  // namespace berth::app
