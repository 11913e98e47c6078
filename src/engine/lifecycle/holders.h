// Which manifest list keeps an image from its fate.
#pragma once

#include <vector>

#include "engine/lifecycle/fate.h"
#include "engine/lifecycle/repository.h"

namespace berth::engine::lifecycle {

// A list keeps its members from being expired, and, until it is in the archive itself, from going there. Of several
// lists the last counts.
class Holders {
 public:
  explicit Holders(const Repository& repository);

  // kNoImage: nothing does.
  ImageIndex of(ImageIndex image, Fate fate) const;

 private:
  std::vector<ImageIndex> any_, standard_;  // a list that has the image; one that is not in the archive
};

}  // namespace berth::engine::lifecycle
