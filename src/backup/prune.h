// Old snapshots of a backup, and the blobs that no snapshot names any more.
#pragma once

#include <cstddef>
#include <cstdint>

#include "backup/folder.h"

namespace berth::backup {

struct Pruned {
  std::uint64_t snapshots = 0;
  std::uint64_t blobs = 0;
};

// All but the newest `keep` (at least one) go. Nothing goes if the list of one that stays is damaged: corrupt. Killed
// anywhere, blobs are left that the next call removes.
base::Result<Pruned> prune(const Folder& folder, std::size_t keep);

}  // namespace berth::backup
