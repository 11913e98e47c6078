// A snapshot of a backup into stores that have nothing in them.
#pragma once

#include <cstdint>
#include <functional>

#include "backup/folder.h"
#include "blob/blob_store.h"
#include "crypto/random.h"
#include "meta/store.h"

namespace berth::backup {

struct RestoreTarget {
  meta::Store& store;  // not migrated
  blob::BlobStore& hot;
  blob::BlobStore& cold;
  crypto::Random& random;
  bool loaded = false;  // an earlier run of the same has brought all of metadata
};

struct RestoreReport {
  std::uint64_t blobs = 0;  // of the snapshot
  std::uint64_t restored = 0;
  std::uint64_t restored_bytes = 0;
  std::uint64_t present = 0;  // by an earlier run
  std::uint64_t missing = 0;  // that the backup does without
  bool whole = true;          // not interrupted
};
using RestoreProgress = std::function<bool(const RestoreReport&)>;

// First all of the snapshot but the bytes of blobs is checked, then the blobs are brought, each compared with its
// digest, and metadata last, in one transaction: so at no time does metadata promise bytes that are not there. An
// interrupted one goes on. corrupt: the backup is damaged. conflict: the database has something in it.
base::Result<void> restore(const Folder& folder, const Manifest& manifest, const RestoreTarget& target,
                           const RestoreProgress& progress, RestoreReport& report);

}  // namespace berth::backup
