// Are the bytes of a blob what metadata promises? Asked by fsck and the scrubber.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "service/blob_stores.h"

namespace berth::service {

enum class BlobHealth : std::uint8_t { whole, missing, wrong_size, wrong_digest, unreadable };

struct BlobCheck {
  meta::StoredBlob blob;    // as its row is by now
  std::uint64_t bytes = 0;  // that were read
  BlobHealth health = BlobHealth::whole;
  std::string detail;  // what is wrong
};

// How many bytes were just read. May rest; false: stop.
using Spend = std::function<bool(std::uint64_t)>;

// Reads the bytes that the row names to their end. nullopt: `spend` said stop, or the blob is gone meanwhile.
base::Result<std::optional<BlobCheck>> check_bytes(meta::Store& store, const BlobStores& stores, meta::StoredBlob row,
                                                   const Spend& spend);

// Notes what was found: damaged bytes are not served any more and count as absent until the next push brings them;
// whole ones are good for another period.
base::Result<void> note(meta::Store& store, const BlobCheck& check, base::Timestamp now);

}  // namespace berth::service
