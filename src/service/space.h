// Keeps a part of the disk free of pushes, so that a disk they have filled can still be emptied.
//
// To delete is to write: rows change, the database's log grows before it shrinks, and only then are bytes unlinked. So
// layers are refused (storage_full) while less than `reserve` is free, and what else only adds (manifests,
// repositories) below half of it; moves to and from the archive wait. Deletions, pulls and all else that Berth does by
// itself go on to the last byte. 64 MiB are what SQLite's log may grow to, see sql/sqlite/options.h.
//
// A low-water mark and no ballast file that would be deleted in need: the mark takes nothing while there is room,
// cannot be lost by a crash between release and refill, and comes back by itself. What it cannot do is to keep other
// programs from filling the disk; against these a ballast helps once, and then not any more. Give Berth a file system
// of its own.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/log.h"
#include "base/metrics.h"

namespace berth::service {

// Safe from any thread; `metrics` and `log` outlive it. Holds nothing that a crash could lose.
class Space {
 public:
  struct Folder {
    std::string name;                                   // "data", "blobs": the label of its metric
    std::function<base::Result<std::uint64_t>()> free;  // bytes that may still be written there; takes microseconds
    bool archive = false;                               // nothing is pushed there, only moved
  };

  // The folder with the least space counts, of those that are written to. 0: nothing is reserved, only measured.
  Space(std::vector<Folder> folders, std::uint64_t reserve, base::Metrics& metrics, base::Log& log);

  // Before so many bytes of a layer are written, 0: before an upload begins. storage_full. After success, and once they
  // are written or are not going to be, written() with the same number.
  base::Result<void> admit_layer(std::uint64_t bytes);
  void written(std::uint64_t bytes) { under_way_.fetch_sub(bytes, std::memory_order_relaxed); }
  // Before what else only adds. storage_full.
  base::Result<void> admit_row();

  // Before so many bytes are moved to the archive, or back from it, one move at a time. storage_full.
  base::Result<void> admit_move(bool to_archive, std::uint64_t bytes);

  // A refusal that did not come from here: the disk itself said that it is full.
  void refused_by_disk() { by_disk_.add(); }

  // Looks again, and tells the log when space has become low, or is back. For a loop, each second.
  void measure();
  // Below the reserve when it was measured last, or so near to it that a push was refused.
  bool low() const { return low_; }

 private:
  // Of the folders for pushes, or those of the archive; the most if nothing can be measured.
  std::uint64_t look(bool archive = false);
  base::Result<void> refuse();

  const std::vector<Folder> folders_;
  const std::uint64_t reserve_;
  base::Log& log_;
  base::Family<base::Gauge>& free_bytes_;
  base::Counter& by_reserve_;
  base::Counter& by_disk_;
  std::atomic<std::uint64_t> under_way_ = 0;  // bytes of layers that are admitted and perhaps not on the disk yet
  std::atomic<std::int64_t> granted_ = 0;     // bytes of layers that may be written before it must be measured again
  std::atomic<bool> refused_ = false;         // something, since it was measured
  std::atomic<bool> low_ = false;
};

}  // namespace berth::service
