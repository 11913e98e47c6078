// A lifecycle policy: its text, read and validated once, as plan.h wants it.
//
// Source: ecr.md 2.1-2.3. What goes beyond ECR is marked "extension" here and is refused, with ECR's own errors, unless
// the policy has a member "berth" beside "rules" ({"berth": {}, "rules": [...]}); docs/lifecycle.md.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace berth::engine::lifecycle {

// ECR's limits on the text, in characters. They belong to the operation's shape, not to parse_policy().
inline constexpr std::int64_t kMinText = 100;
inline constexpr std::int64_t kMaxText = 30'720;
inline constexpr std::size_t kMaxRules = 50;
inline constexpr std::size_t kMaxWildcards = 4;            // '*' in one pattern
inline constexpr std::int64_t kMinDaysArchived = 90;       // before an archived image may be expired
inline constexpr std::int64_t kMaxNumber = 2'147'483'647;  // of priorities and counts: ECR's are 32 bits wide

enum class TagStatus : std::uint8_t { tagged, untagged, any };
enum class StorageClass : std::uint8_t { standard, archive };
enum class CountType : std::uint8_t {
  image_count_more_than,
  since_image_pushed,
  since_image_pulled,
  since_image_transitioned,
};
enum class Action : std::uint8_t {
  expire,
  transition,  // to the archive
  retain,      // extension: what is within count or age stays, whatever later rules say; the rest is left to them
};
enum class VersionPart : std::uint8_t { major, minor, patch };

constexpr auto enum_names(TagStatus) {
  return std::to_array<std::pair<std::string_view, TagStatus>>(
      {{"tagged", TagStatus::tagged}, {"untagged", TagStatus::untagged}, {"any", TagStatus::any}});
}
constexpr auto enum_names(StorageClass) {
  return std::to_array<std::pair<std::string_view, StorageClass>>(
      {{"standard", StorageClass::standard}, {"archive", StorageClass::archive}});
}
constexpr auto enum_names(CountType) {
  return std::to_array<std::pair<std::string_view, CountType>>({
      {"imageCountMoreThan", CountType::image_count_more_than},
      {"sinceImagePushed", CountType::since_image_pushed},
      {"sinceImagePulled", CountType::since_image_pulled},
      {"sinceImageTransitioned", CountType::since_image_transitioned},
  });
}
constexpr auto enum_names(VersionPart) {
  return std::to_array<std::pair<std::string_view, VersionPart>>(
      {{"major", VersionPart::major}, {"minor", VersionPart::minor}, {"patch", VersionPart::patch}});
}

struct Rule {
  std::int64_t priority = 0;  // 1.., unique in its policy; lower ones come first
  std::string description;
  TagStatus tag_status = TagStatus::any;
  std::vector<std::string> patterns, prefixes;  // one of the two has entries if tagged, neither otherwise
  StorageClass storage = StorageClass::standard;
  std::optional<CountType> count_type;  // empty: extension, of `retain` alone, which then keeps all it selects
  std::int64_t count = 0;               // images, versions, or days
  // Extension, with image_count_more_than: counts the majors, minors or patches of semantic versions among the tags,
  // the highest first, instead of images. An image without such a tag is not selected.
  std::optional<VersionPart> semver;
  Action action = Action::expire;
};

struct Policy {
  std::vector<Rule> rules;                       // 1..50, by priority
  std::optional<std::int64_t> keep_pulled_days;  // extension: what was pulled within so many days stays
  bool extended = false;                         // has the member "berth"
};

// `invalid_parameter` with ECR's text, "... 'Lifecycle policy validation failure: <problems, one a line>'".
base::Result<Policy> parse_policy(std::string_view text);

// Whether a rule moves images to the archive.
bool transitions(const Policy& policy);

}  // namespace berth::engine::lifecycle
