// Carries storage classes out: gives referrers the class of their subject, and moves the bytes of blobs that only
// archived images hold to the archive, and back. meta/blobs.h has the protocol, and what a crash leaves.
#pragma once

#include <cstddef>

#include "base/metrics.h"
#include "service/blob_stores.h"
#include "service/core.h"

namespace berth::service {

// No state: safe from any thread, and several processes on one store share the work. References outlive it. Killed
// anywhere, nothing is lost: a copy is whole and durable before a row names it, and only then its source is dead.
class StorageMover {
 public:
  StorageMover(const Core& core, BlobStores stores, base::Metrics& metrics);

  // Leads some referrers, or moves the bytes of one blob. 0: nothing is due. After an error the blob is looked at again
  // five minutes later.
  base::Result<std::size_t> step();

 private:
  base::Result<std::size_t> lead();
  base::Result<bool> move(const meta::BlobMove& move);
  base::Result<blob::BlobName> copy(const meta::BlobMove& move);
  base::Deadline deadline() const { return base::Deadline::after(core_.limits.call); }

  const Core& core_;
  const BlobStores stores_;
  base::Family<base::Counter>& moves_;
  base::Family<base::Counter>& bytes_;
};

}  // namespace berth::service
