// An image as a registry knows it: a manifest, the tags that point to it, and what it is made of.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "model/digest.h"

namespace berth::model {

// How a client names an image: by digest, by tag, or both. Raw text, since a bad one is an answer of its own in the
// batch operations, not a refusal of the whole call.
struct ImageId {
  std::optional<std::string> digest;
  std::optional<std::string> tag;

  friend bool operator==(const ImageId&, const ImageId&) = default;
};

// Where an image stands: an archived one is described and not handed out, an activating one is on its way back.
enum class ImageStatus : std::uint8_t { active, archived, activating };
inline constexpr std::pair<std::string_view, ImageStatus> kImageStatusNames[] = {
    {"ACTIVE", ImageStatus::active}, {"ARCHIVED", ImageStatus::archived}, {"ACTIVATING", ImageStatus::activating}};
constexpr const auto& enum_names(ImageStatus) { return kImageStatusNames; }
enum class StorageClass : std::uint8_t { standard, archive };

struct Image {
  Digest digest;
  std::string media_type;
  std::optional<std::string> artifact_type;  // the manifest's artifactType, or else its config's media type
  std::uint64_t manifest_size = 0;
  std::uint64_t image_size = 0;  // config and layers; of a list: its largest member's
  std::optional<Digest> subject;
  std::map<std::string, std::string> annotations;
  base::Timestamp pushed;
  std::optional<base::Timestamp> pulled{};  // the last recorded pull, exact to a minute
  ImageStatus status = ImageStatus::active;
  std::optional<base::Timestamp> archived{};   // last moved to the archive
  std::optional<base::Timestamp> activated{};  // last restored from it; of an activating one: when that began
  std::vector<std::string> tags;               // filled where the answer shows them, sorted
};

}  // namespace berth::model
