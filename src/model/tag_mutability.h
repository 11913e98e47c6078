// Which tags of a repository may move (ECR API, imageTagMutability and its exclusion filters).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "model/tag.h"

namespace berth::model {

enum class TagMutabilityMode : std::uint8_t { mutable_, immutable, mutable_with_exclusion, immutable_with_exclusion };

inline constexpr std::pair<std::string_view, TagMutabilityMode> kTagMutabilityNames[] = {
    {"MUTABLE", TagMutabilityMode::mutable_},
    {"IMMUTABLE", TagMutabilityMode::immutable},
    {"IMMUTABLE_WITH_EXCLUSION", TagMutabilityMode::immutable_with_exclusion},
    {"MUTABLE_WITH_EXCLUSION", TagMutabilityMode::mutable_with_exclusion},
};
constexpr const auto& enum_names(TagMutabilityMode) { return kTagMutabilityNames; }
std::string_view name(TagMutabilityMode mode);
bool takes_filters(TagMutabilityMode mode);  // the modes with exclusion do, and need some

// A mode and its filters, which fit together. Default: everything may move.
class TagMutability {
 public:
  static constexpr std::size_t kMaxFilters = 5;
  static constexpr std::string_view kFilterRegex = "^[0-9a-zA-Z._*-]{1,128}$";
  static bool filter_matches(std::string_view filter);  // the pattern alone

  TagMutability() = default;
  // `filters` are the texts of WILDCARD filters. invalid_parameter: the modes with exclusion need 1 to 5 of them, the
  // others none; each has at most two '*'.
  static base::Result<TagMutability> make(TagMutabilityMode mode, std::vector<std::string> filters);

  TagMutabilityMode mode() const { return mode_; }
  const std::vector<std::string>& filters() const { return filters_; }
  bool immutable(const Tag& tag) const;

  friend bool operator==(const TagMutability&, const TagMutability&) = default;

 private:
  TagMutabilityMode mode_ = TagMutabilityMode::mutable_;
  std::vector<std::string> filters_;
};

}  // namespace berth::model
