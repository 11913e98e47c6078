// One run of fsck: what its two halves share. Private to service.
#pragma once

#include <chrono>
#include <string>
#include <utility>

#include "service/fsck.h"

namespace berth::service {

class FsckRun {
 public:
  FsckRun(const Core& core, const BlobStores& stores, const FsckOptions& options, const FsckProgress& progress)
      : core_(core), stores_(stores), options_(options), progress_(progress) {}

  // false: told to stop.
  base::Result<bool> check_blobs();   // fsck.cc: bytes of what rows name, and files that none names
  base::Result<bool> check_images();  // fsck_images.cc: what rows say of each other
  FsckReport take() { return std::move(report_); }

 private:
  void add(std::string digest, Damage damage, std::string detail, bool repaired);
  bool spend(std::uint64_t bytes);
  base::Result<bool> check_known();
  base::Result<bool> check_files(meta::Place place);
  base::Result<void> check_blob(const meta::StoredBlob& row);
  base::Result<bool> adopt(const meta::StoredBlob& damaged);
  base::Result<void> check_image(const meta::ImageRows& image);
  base::Result<bool> check_counts();
  base::Result<void> check_forgotten();

  // `change(Tx&)`, if repairs are wanted. Whether it was done.
  template <class Change>
  base::Result<bool> repair(Change change) {
    if (!options_.repair) return false;
    BERTH_CHECK(core_.store.write(base::Deadline::after(core_.limits.call), change));
    return true;
  }

  const Core& core_;
  const BlobStores& stores_;
  const FsckOptions& options_;
  const FsckProgress& progress_;
  FsckReport report_;
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
};

}  // namespace berth::service
