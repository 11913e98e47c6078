// Backups that are reading files of blobs: as long as one is in force, no file is unlinked (dead_files.h).
#pragma once

#include <string>

#include "base/clock.h"
#include "base/error.h"
#include "sql/database.h"

namespace berth::meta {

class BackupHolds {
 public:
  explicit BackupHolds(sql::Tx& tx) : tx_(tx) {}
  base::Result<void> put(const std::string& id, base::Timestamp until);  // new, or renewed
  base::Result<void> remove(const std::string& id);
  // Whether one is in force.
  base::Result<bool> any(base::Timestamp now);

 private:
  sql::Tx& tx_;
};

}  // namespace berth::meta
