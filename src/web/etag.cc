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

}  // namespace

std::string etag(std::string_view opaque) { return '"' + std::string(opaque) + '"'; }

bool if_none_match(std::string_view field, std::string_view current) {
  if (base::trim(field) == "*") return true;
  // A comma inside a foreign tag cuts it in two, which does no harm: ours have none.
  while (!field.empty()) {
    const auto end = std::min(field.find(','), field.size());
    if (names(base::trim(field.substr(0, end)), current)) return true;
    field.remove_prefix(std::min(end + 1, field.size()));
  }
  return false;
}

bool if_range(std::string_view field, std::string_view current) { return field.empty() || field == current; }

}  // namespace berth::web
