// The collector: takes away blobs that no image holds once their lease is over, and unlinks what is dead. Online: no
// lock, no pause, no read-only time; meta/blobs.h has the protocol, and what a crash leaves.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <vector>

#include "base/metrics.h"
#include "service/blob_stores.h"
#include "service/core.h"

namespace berth::service {

// What `berth gc status` shows. Exact, but for what crashes have left without a name (Collection::sweep).
struct GarbageStatus {
  meta::FileTotals stored_hot, stored_archive;  // blobs that a row names
  meta::FileTotals leased;                      // of these, what no image holds: it goes when its lease is over
  meta::FileTotals dead;                        // files that are to be unlinked
  std::uint64_t damaged = 0;                    // blobs
};
base::Result<GarbageStatus> garbage_status(const Core& core);  // reads all rows of blobs, page by page

// step() and sweep() are each for one thread. Several processes on one store share the work. References outlive it.
class Collection {
 public:
  // Blobs and files of one transaction: pushes that want to write wait for no more than that, about 2 ms.
  static constexpr std::size_t kBatch = 32;

  Collection(const Core& core, BlobStores stores, base::Metrics& metrics);

  // Empties the trash of what is past its time, forgets the files that the step before has unlinked, reviews blobs
  // whose lease is over, and unlinks dead files. How many it looked at; 0: nothing is due.
  base::Result<std::size_t> step();
  // Removes files that nothing names, which a crash between a commit and its transaction leaves: those that are older
  // than an upload may be, and were nameless at the sweep before as well; and what is left of copies to the archive.
  // Measures both stores. For an hourly loop.
  base::Result<std::size_t> sweep();

 private:
  base::Result<std::size_t> purge();
  base::Result<std::size_t> settle();
  base::Result<std::size_t> unlink();
  base::Result<std::size_t> sweep_files(meta::Place place);
  base::Result<std::size_t> sweep_copies();
  base::Result<std::vector<blob::BlobInfo>> nameless(meta::Place place, const std::vector<blob::BlobInfo>& files);
  base::Result<void> measure();
  base::Deadline deadline() const { return base::Deadline::after(core_.limits.call); }

  // Names that a sweep remembers until the next one; what is more is left for later ones.
  static constexpr std::size_t kMostSuspects = 10'000;

  const Core& core_;
  const BlobStores stores_;
  base::Timestamp totals_due_;            // when to count the garbage again
  std::vector<meta::StoredFile> gone_;    // unlinked, at most kBatch; if they are lost, that is done once more
  std::set<blob::BlobName> suspects_[2];  // by place: nameless at the last sweep
  base::Counter& collected_;
  base::Counter& freed_files_;
  base::Counter& freed_bytes_;
  base::Counter& swept_;
  base::Gauge& garbage_files_;
  base::Gauge& garbage_bytes_;
  base::Gauge& damaged_;
  base::Family<base::Gauge>& stored_blobs_;
  base::Family<base::Gauge>& stored_bytes_;
  base::Histogram& seconds_;
};

}  // namespace berth::service
