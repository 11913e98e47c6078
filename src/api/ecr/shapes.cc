#include "api/ecr/shapes.h"

#include <algorithm>

#include "base/ids.h"
#include "base/text.h"

namespace berth::api::ecr {
namespace {

bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

bool is_algorithm(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         std::string_view("-_+.").find(c) != std::string_view::npos;
}

}  // namespace

bool matches_digest(std::string_view text) {
  const auto colon = text.find(':');
  return colon != std::string_view::npos && colon > 0 && colon + 1 < text.size() &&
         std::ranges::all_of(text.substr(0, colon), is_algorithm) &&
         std::ranges::all_of(text.substr(colon + 1), is_hex);
}

bool matches_upload_id(std::string_view text) { return base::is_uuid(base::to_lower(text)); }

}  // namespace berth::api::ecr
