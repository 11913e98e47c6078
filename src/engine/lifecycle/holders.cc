#include "engine/lifecycle/holders.h"

#include <utility>

namespace berth::engine::lifecycle {

Holders::Holders(const Repository& repository)
    : any_(repository.images.size(), kNoImage), standard_(repository.images.size(), kNoImage) {
  for (const auto& [list, member] : repository.memberships) {
    if (list == member) continue;  // no digest can make one
    any_[member] = list;
    if (repository.images[list].storage == StorageClass::standard) standard_[member] = list;
  }
}

ImageIndex Holders::of(ImageIndex image, Fate fate) const {
  switch (fate) {
    case Fate::keep: return kNoImage;
    case Fate::expire: return any_[image];
    case Fate::archive: return standard_[image];
  }
  std::unreachable();
}

}  // namespace berth::engine::lifecycle
