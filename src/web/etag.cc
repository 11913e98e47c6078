#include "web/etag.h"

#include <algorithm>

#include "base/text.h"

namespace berth::web {
namespace {

bool names(std::string_view tag, std::string_view current) {
  if (tag.starts_with("W/")) tag.remove_prefix(2);
  if (tag == current) return true;
  return !tag.empty() && current.size() == tag.size() + 2 && current.substr(1, tag.size()) == tag;
}

// A comma inside a foreign tag cuts it in two, which does no harm: ours have none.
template <class Matches>
bool any_of(std::string_view field, Matches matches) {
  while (!field.empty()) {
    const auto end = std::min(field.find(','), field.size());
    if (matches(base::trim(field.substr(0, end)))) return true;
    field.remove_prefix(std::min(end + 1, field.size()));
  }
  return false;
}

}  // namespace

std::string etag(std::string_view opaque) { return '"' + std::string(opaque) + '"'; }

bool if_none_match(std::string_view field, std::string_view current) {
  if (base::trim(field) == "*") return true;
  return any_of(field, [&](std::string_view tag) { return names(tag, current); });
}

bool if_match(std::string_view field, std::string_view current) {
  if (field.empty() || base::trim(field) == "*") return true;
  return any_of(field, [&](std::string_view tag) { return !tag.starts_with("W/") && names(tag, current); });
}

std::optional<int> conditional_status(const Headers& headers, std::string_view current) {
  if (!if_match(headers.get("If-Match"), current)) return 412;
  if (if_none_match(headers.get("If-None-Match"), current)) return 304;
  return std::nullopt;
}

bool if_range(std::string_view field, std::string_view current) { return field.empty() || field == current; }

}  // namespace berth::web
