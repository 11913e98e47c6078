// Storage classes of images: which are archived, which are on their way back, and what has to follow them.
//
// An image is `active`, `archived`, or `activating`: restored, while bytes of it are still in the archive. An active
// image has all its bytes in the hot store (blobs.h). Rules of who may be archived are made in service.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "model/digest.h"
#include "model/image.h"
#include "sql/database.h"

namespace berth::meta {

// An image whose referrers have to be given its storage class.
struct LedImage {
  std::string repository;
  model::Digest digest;
  bool archived = false;
};

class ImageStorage {
 public:
  explicit ImageStorage(sql::Tx& tx) : tx_(tx) {}

  base::Result<std::optional<model::ImageStatus>> status(const std::string& repository, const model::Digest& digest);
  // Each orders what follows: its blobs to be looked at, its referrers to be led. false: nothing to do.
  base::Result<bool> archive(const std::string& repository, const model::Digest& digest, base::Timestamp now);
  // To `active` if all its bytes are hot, else to `activating`.
  base::Result<bool> restore(const std::string& repository, const model::Digest& digest, base::Timestamp now);
  // Of an image just put: `activating` if some of its bytes are not hot.
  base::Result<void> await_bytes(const std::string& repository, const model::Digest& digest, base::Timestamp now);
  // Those on their way back that hold `blob` and whose bytes are all hot now.
  base::Result<void> activate_holders(const model::Digest& blob, base::Timestamp now);

  // Lists that have the image and are not archived.
  base::Result<std::vector<model::Digest>> standard_parents(const std::string& repository, const model::Digest& child,
                                                            std::size_t limit);
  base::Result<std::vector<model::Digest>> archived_members(const std::string& repository, const model::Digest& list);

  // The one that has waited longest for its referrers to be led.
  base::Result<std::optional<LedImage>> leader();
  // Referrers of another storage class than `leader`'s. Those that a list holds which is not archived stay.
  base::Result<std::vector<model::Digest>> straying(const LedImage& leader, std::size_t limit);
  base::Result<void> led(const LedImage& leader);

 private:
  sql::Tx& tx_;
};

}  // namespace berth::meta
