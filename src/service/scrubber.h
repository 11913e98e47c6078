// Reads all stored bytes again and again, each blob once in a period, so that a damaged one is found before somebody
// needs it. What it finds is not served any more, logged as an error and counted; the next push of that layer heals it.
// What was found damaged, by whoever, is looked at again each hour: a disk that was away for a while has come back.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/log.h"
#include "base/metrics.h"
#include "service/blob_check.h"
#include "service/core.h"

namespace berth::service {

// For one thread; several processes on one store share the work. Goes on after a restart where it was: each blob's row
// says when it was read the last time. References outlive it.
class Scrubber {
 public:
  // `period` 0: only what was found damaged.
  Scrubber(const Core& core, BlobStores stores, std::chrono::seconds period, base::Log& log, base::Metrics& metrics);

  // Reads one blob that is due, the one that has waited longest. How many bytes it read, at least 1; 0: none
  // is due. `spend` as for check_bytes.
  base::Result<std::size_t> step(const Spend& spend);

 private:
  base::Result<std::optional<meta::StoredBlob>> next();

  const Core& core_;
  const BlobStores stores_;
  const std::chrono::seconds period_;
  base::Log& log_;
  base::Counter& blobs_;
  base::Counter& bytes_;
  base::Counter& damaged_;
};

}  // namespace berth::service
