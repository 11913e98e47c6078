// What a plan is made from: the images of one repository, all of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "engine/lifecycle/policy.h"
#include "model/digest.h"

namespace berth::engine::lifecycle {

using ImageIndex = std::uint32_t;  // into Repository::images
inline constexpr ImageIndex kNoImage = UINT32_MAX;

struct Image {
  model::Digest digest;
  std::vector<std::string> tags;
  base::Timestamp pushed;
  std::optional<base::Timestamp> pulled;     // last recorded pull
  std::optional<base::Timestamp> activated;  // last restored from the archive
  std::optional<base::Timestamp> archived;   // last moved there
  StorageClass storage = StorageClass::standard;
  ImageIndex subject = kNoImage;  // the image it is a referrer of, if that is here
};

// A manifest list or index, and an image in it. Only edges between images that are here.
struct Membership {
  ImageIndex list = kNoImage;
  ImageIndex member = kNoImage;
};

struct Repository {
  std::vector<Image> images;  // in any order
  std::vector<Membership> memberships;
};

}  // namespace berth::engine::lifecycle
