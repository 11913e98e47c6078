// A snapshot of a registry into a backup's folder, beside a running server.
//
// The order that makes it right: hold the removal of files, then a snapshot of metadata, then the bytes that it names.
// Bytes of blobs go in one way only, by the loop that unlinks dead files, and that takes none while a hold is in force
// (meta/backup_holds.h). A file that it had taken before was dead before the snapshot, so the snapshot does not name
// it. Hence everything that the snapshot names stays where it names it until the hold is let go, whatever is deleted,
// collected or moved meanwhile. A hold runs out if the process dies; then, or if it is stopped for longer, files may be
// missing, and the backup fails instead of being incomplete: every byte is compared with its digest.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "backup/folder.h"
#include "base/clock.h"
#include "base/log.h"
#include "blob/blob_store.h"
#include "crypto/random.h"
#include "meta/store.h"

namespace berth::backup {

// What is backed up. References outlive the backup.
struct Registry {
  meta::Store& store;
  blob::BlobStore& hot;
  blob::BlobStore& cold;
  const base::Clock& clock;
  crypto::Random& random;
  base::Log& log;
  std::string key{};  // the bytes of master.key; empty: they are left out
  std::string program{}, account{}, region{};
};

struct BackupOptions {
  bool allow_missing = false;  // blobs whose bytes cannot be had are listed and left out
  bool verify = false;         // blobs that the backup has already are read and compared, and brought again if damaged
  std::size_t keep = 0;        // so many snapshots stay, and the blobs that they name; 0: all
};

struct MissingBlob {
  std::string digest;
  std::string reason;
};

struct BackupReport {
  std::string snapshot;     // its id, once it is complete
  std::uint64_t blobs = 0;  // of the snapshot
  std::uint64_t bytes = 0;
  std::uint64_t copied = 0;
  std::uint64_t copied_bytes = 0;
  std::uint64_t read_bytes = 0;  // with what was verified
  std::vector<MissingBlob> missing;
  std::uint64_t removed_snapshots = 0;
  std::uint64_t removed_blobs = 0;
  bool whole = true;  // not interrupted
};
// Called often; false: stop.
using BackupProgress = std::function<bool(const BackupReport&)>;

// corrupt: some blobs cannot be had, the report says which; no snapshot was made. deadline_exceeded: it was told to
// stop; what was copied stays, and the next run goes on. And those of the folder and of metadata.
base::Result<void> back_up(const Registry& registry, Folder& folder, const BackupOptions& options,
                           const BackupProgress& progress, BackupReport& report);

}  // namespace berth::backup
