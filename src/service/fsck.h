// Do the stores hold what metadata promises, each what is promised to be there? Reads everything, changes nothing, may
// run beside a serving registry.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "blob/blob_store.h"
#include "meta/store.h"

namespace berth::service {

enum class Damage : std::uint8_t {
  missing,       // metadata knows the blob, the store has no bytes
  wrong_size,    // as many bytes as metadata says are not there
  wrong_digest,  // the bytes hash to something else
  unreadable,
  unknown,  // bytes that metadata does not look for there: of an upload that was never acknowledged, or a second copy.
            // Takes space, loses nothing.
};
std::string_view name(Damage damage);

struct Finding {
  std::string digest;
  Damage damage;
  std::string detail;
};

struct FsckReport {
  std::uint64_t blobs = 0;
  std::uint64_t bytes = 0;
  std::vector<Finding> findings;  // at most kMaxFindings; `more` counts the rest
  std::uint64_t more = 0;
  static constexpr std::size_t kMaxFindings = 10'000;

  bool lost() const;  // something that a client was promised is not there
};

// `progress` is called after each blob and may say stop.
using FsckProgress = std::function<bool(const FsckReport&)>;
// `archive`: the cold store.
base::Result<FsckReport> fsck(meta::Store& store, blob::BlobStore& blobs, blob::BlobStore& archive,
                              const FsckProgress& progress);

}  // namespace berth::service
