#include "model/tag_mutability.h"

#include <algorithm>

#include "model/wildcard.h"

namespace berth::model {
namespace {

constexpr std::string_view kFilters = "imageTagMutabilityExclusionFilters";

base::Result<void> check_filter(std::string_view filter) {
  if (!TagMutability::filter_matches(filter)) {
    return base::fail_parameter("filter",
                                "must satisfy regular expression '" + std::string(TagMutability::kFilterRegex) + "'");
  }
  if (std::ranges::count(filter, '*') > 2) {
    return base::fail_parameter("filter", "Filter must not have more than 2 wildcards");
  }
  return {};
}

}  // namespace

std::string_view name(TagMutabilityMode mode) {
  const auto* entry =
      std::ranges::find(kTagMutabilityNames, mode, &std::pair<std::string_view, TagMutabilityMode>::second);
  return entry->first;
}

bool takes_filters(TagMutabilityMode mode) {
  switch (mode) {
    case TagMutabilityMode::mutable_:
    case TagMutabilityMode::immutable: return false;
    case TagMutabilityMode::mutable_with_exclusion:
    case TagMutabilityMode::immutable_with_exclusion: return true;
  }
  std::unreachable();
}

bool TagMutability::filter_matches(std::string_view filter) {
  return !filter.empty() && filter.size() <= 128 && std::ranges::all_of(filter, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '_' ||
           c == '*' || c == '-';
  });
}

base::Result<TagMutability> TagMutability::make(TagMutabilityMode mode, std::vector<std::string> filters) {
  if (takes_filters(mode) == filters.empty()) {
    return base::fail_parameter(kFilters, std::string("ImageTagMutabilityExclusionFilters ") +
                                              (filters.empty() ? "can't" : "must") +
                                              " be null when imageTagMutability is set as " + std::string(name(mode)));
  }
  if (filters.size() > kMaxFilters) {
    return base::fail_parameter(kFilters,
                                "Member must have length less than or equal to " + std::to_string(kMaxFilters));
  }
  for (const auto& filter : filters) BERTH_CHECK(check_filter(filter));
  TagMutability made;
  made.mode_ = mode;
  made.filters_ = std::move(filters);
  return made;
}

bool TagMutability::immutable(const Tag& tag) const {
  const auto excluded = [&] {
    return std::ranges::any_of(filters_, [&](const std::string& filter) { return wildcard_match(filter, tag.text()); });
  };
  switch (mode_) {
    case TagMutabilityMode::mutable_: return false;
    case TagMutabilityMode::immutable: return true;
    case TagMutabilityMode::mutable_with_exclusion: return excluded();
    case TagMutabilityMode::immutable_with_exclusion: return !excluded();
  }
  std::unreachable();
}

}  // namespace berth::model
