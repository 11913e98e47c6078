// Carries storage classes out: gives referrers the class of their subject, and moves the bytes of blobs that only
// archived images hold to the archive, and back. meta/blob_places.h has the protocol, and what a crash leaves.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "base/metrics.h"
#include "blob/blob_store.h"
#include "meta/blob_places.h"
#include "service/core.h"

namespace berth::service {

// No state: safe from any thread, and several processes on one store share the work. References outlive it. Killed
// anywhere, nothing is lost: bytes are whole and durable in one store before they go from the other.
class StorageMover {
 public:
  // `archive`: the cold store; the hot one is core's.
  StorageMover(const Core& core, blob::BlobStore& archive, base::Metrics& metrics);

  // Leads some referrers, or moves or removes the bytes of one blob. 0: nothing is due. After an error the blob is
  // looked at again five minutes later.
  base::Result<std::size_t> step();
  // Drops copies to the archive that a process left behind when it died; measures both stores. For an hourly loop.
  base::Result<std::size_t> sweep();

 private:
  base::Result<std::size_t> lead();
  base::Result<void> carry_out(const meta::BlobTask& task, const std::string& owner,
                               std::chrono::steady_clock::time_point begun);
  base::Result<bool> move(const meta::BlobTask& task, const std::string& owner);
  base::Result<bool> copy(const meta::BlobTask& task, const std::string& owner);
  base::Result<void> remove_copy(const meta::BlobTask& task);
  blob::BlobStore& store(meta::Place place) { return place == meta::Place::hot ? core_.blobs : archive_; }
  base::Deadline deadline() const { return base::Deadline::after(core_.limits.call); }

  const Core& core_;
  blob::BlobStore& archive_;
  base::Family<base::Counter>& moves_;
  base::Family<base::Counter>& bytes_;
  base::Family<base::Gauge>& stored_bytes_;
  base::Family<base::Gauge>& stored_blobs_;
};

}  // namespace berth::service
