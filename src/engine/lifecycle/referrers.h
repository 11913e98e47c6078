// Signatures, SBOMs and the like go with the image they are about.
#pragma once

#include <vector>

#include "engine/lifecycle/holders.h"
#include "engine/lifecycle/plan.h"
#include "engine/lifecycle/repository.h"

namespace berth::engine::lifecycle {

// Decides again about every image whose subject is here, from what is decided about its subject. Chains of any length;
// in a ring (no digests can make one) one image keeps its own fate.
void follow_subjects(const std::vector<Image>& images, const Holders& holders, std::vector<Decision>& decisions);

// Who follows whom.
class Followers {
 public:
  Followers(const std::vector<Image>& images, const std::vector<Decision>& decisions);

  // `image`, and behind it all that follow it, directly or through each other.
  void append(ImageIndex image, std::vector<ImageIndex>& out) const;

 private:
  // Lists within two arrays: an image's first follower, and the next one of the same subject.
  std::vector<ImageIndex> first_, next_;
};

}  // namespace berth::engine::lifecycle
