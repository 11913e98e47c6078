#include "web/range.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "web/headers.h"

namespace berth::web {
namespace {

// Digits only; a number too large for 64 bits is as good as the largest.
std::optional<std::uint64_t> position(std::string_view text) {
  constexpr auto kMax = std::numeric_limits<std::uint64_t>::max();
  if (text.empty()) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    const auto digit = static_cast<std::uint64_t>(c - '0');
    value = value > (kMax - digit) / 10 ? kMax : value * 10 + digit;
  }
  return value;
}

Selection suffix(std::uint64_t wanted, std::uint64_t size) {
  if (wanted == 0 || size == 0) return UnsatisfiableRange{};
  const auto length = std::min(wanted, size);
  return ContentPart{.offset = size - length, .length = length};
}

}  // namespace

Selection select_range(std::string_view range, std::uint64_t size) {
  constexpr std::string_view kUnit = "bytes=";
  if (!equal_ignoring_case(range.substr(0, kUnit.size()), kUnit)) return WholeContent{};
  range.remove_prefix(kUnit.size());
  const auto dash = range.find('-');
  if (dash == std::string_view::npos) return WholeContent{};
  const auto last = position(range.substr(dash + 1));
  if (dash == 0) return last ? suffix(*last, size) : WholeContent{};
  const auto first = position(range.substr(0, dash));
  const bool open = dash + 1 == range.size();
  if (!first || (!open && !last)) return WholeContent{};
  if (*first >= size || (!open && *last < *first)) return UnsatisfiableRange{};
  const auto end = open ? size - 1 : std::min(*last, size - 1);
  return ContentPart{.offset = *first, .length = end - *first + 1};
}

std::string content_range(const ContentPart& part, std::uint64_t size) {
  return "bytes " + std::to_string(part.offset) + "-" + std::to_string(part.offset + part.length - 1) + "/" +
         std::to_string(size);
}

std::string unsatisfied_content_range(std::uint64_t size) { return "bytes */" + std::to_string(size); }

}  // namespace berth::web
