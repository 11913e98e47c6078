#include "engine/lifecycle/version.h"

#include <algorithm>

#include "base/text.h"

namespace berth::engine::lifecycle {
namespace {

bool digit(char c) { return c >= '0' && c <= '9'; }
bool identifier_character(char c) { return digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-'; }

// "0" or a number that does not begin with it.
std::optional<std::uint64_t> number(std::string_view text) {
  constexpr std::size_t kDigits = 18;  // all fit into 64 bits
  if (text.empty() || text.size() > kDigits || (text.size() > 1 && text.front() == '0')) return std::nullopt;
  return base::parse_integer<std::uint64_t>(text);
}

// Dot-separated identifiers, none of them empty. A tag has no '+', so there are no builds to tell from pre-releases.
bool pre_release(std::string_view text) {
  return std::ranges::all_of(base::split(text, '.'), [](std::string_view part) {
    const bool numeric = std::ranges::all_of(part, digit);
    return !part.empty() && std::ranges::all_of(part, identifier_character) &&
           !(numeric && part.size() > 1 && part.front() == '0');
  });
}

}  // namespace

std::optional<VersionLine> version_line(std::string_view tag, VersionPart part) {
  if (tag.starts_with('v')) tag.remove_prefix(1);
  const std::size_t dash = tag.find('-');
  if (dash != std::string_view::npos) {
    if (!pre_release(tag.substr(dash + 1))) return std::nullopt;
    tag = tag.substr(0, dash);
  }
  VersionLine line{};
  for (std::size_t i = 0; i < line.size(); ++i) {
    const std::size_t dot = i + 1 < line.size() ? tag.find('.') : tag.size();
    if (dot == std::string_view::npos) return std::nullopt;
    const auto value = number(tag.substr(0, dot));
    if (!value) return std::nullopt;
    line[i] = *value;
    tag.remove_prefix(std::min(dot + 1, tag.size()));
  }
  switch (part) {
    case VersionPart::major: return VersionLine{line[0], 0, 0};
    case VersionPart::minor: return VersionLine{line[0], line[1], 0};
    case VersionPart::patch: return line;
  }
  std::unreachable();
}

}  // namespace berth::engine::lifecycle
