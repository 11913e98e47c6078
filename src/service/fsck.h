// Is everything there that was promised, and does each row say what is? Reads everything, beside a serving registry or
// without one.
//
//  what                                   damage          repair
//  a blob's bytes                         missing, wrong_size, wrong_digest, unreadable
//                                                         not served any more, and counts as absent: the next push of
//                                                         that layer heals it. If another whole copy lies in the hot
//                                                         store, the row names that one
//  a blob marked as damaged that is whole -               served again
//  a file that no row names               unknown         none: the hourly sweep takes it once it is old
//  an image's manifest bytes              wrong_image     none: push it again
//  its edges, links, subject, size        wrong_image     edges and links as its manifest says
//  a layer of an image that has no row    missing_layer   none: push it again
//  the number of images that is kept      wrong_count     counted again
//  a blob that the collector forgot       forgotten       looked at again
//
// Rows that change while it runs are read again before they are called damaged.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "service/blob_check.h"
#include "service/core.h"

namespace berth::service {

enum class Damage : std::uint8_t {
  missing,
  wrong_size,
  wrong_digest,
  unreadable,
  unknown,  // takes space, loses nothing; so do the last two
  wrong_image,
  missing_layer,
  wrong_count,
  forgotten,
};
std::string_view name(Damage damage);

struct Finding {
  std::string digest;  // of a wrong_count: the id of the repository
  Damage damage;
  std::string detail;
  bool repaired = false;
};

struct FsckOptions {
  bool repair = false;
  bool sparse = false;                 // images need not have all their layers (registry.sparse_manifests)
  std::uint64_t bytes_per_second = 0;  // read no faster; 0: as fast as the disk
};

struct FsckReport {
  std::uint64_t blobs = 0;
  std::uint64_t bytes = 0;
  std::uint64_t images = 0;
  std::vector<Finding> findings;  // at most kMaxFindings; `more` counts the rest
  std::uint64_t more = 0;
  static constexpr std::size_t kMaxFindings = 10'000;

  bool lost() const;  // something that a client was promised is not there, or not known to be
};

// `progress` is called after each piece of work and may say stop; the report is then of what was looked at.
using FsckProgress = std::function<bool(const FsckReport&)>;
base::Result<FsckReport> fsck(const Core& core, const BlobStores& stores, const FsckOptions& options,
                              const FsckProgress& progress);

}  // namespace berth::service
