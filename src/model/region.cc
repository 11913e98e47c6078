#include "model/region.h"

#include <algorithm>

namespace berth::model {
namespace {

constexpr std::string_view kPublic = "(public)";

}  // namespace

bool Region::matches(std::string_view text) {
  return text.size() >= 2 && text.size() <= 25 &&
         std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '-'; });
}

base::Result<Region> Region::parse(std::string_view text) {
  if (!matches(text)) {
    return base::fail_parameter("region", "must satisfy regular expression '" + std::string(kRegex) + "'");
  }
  return Region(std::string(text));
}

Region Region::of_public_registries() { return Region(std::string(kPublic)); }

base::Result<Region> Region::parse_own(std::string_view text) {
  return text == kPublic ? of_public_registries() : parse(text);
}

bool Region::is_public() const { return text() == kPublic; }

std::string_view Region::partition() const {
  if (text().starts_with("cn-")) return "aws-cn";
  if (text().starts_with("us-gov-")) return "aws-us-gov";
  return "aws";
}

}  // namespace berth::model
