#include "model/media_type.h"

#include <algorithm>

#include "base/text.h"

namespace berth::model {
namespace {

// RFC 6838 restricted-name, without its limit of 127 characters: the whole is bounded instead.
bool is_restricted_name(std::string_view text) {
  const auto alphanumeric = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  };
  return !text.empty() && alphanumeric(text.front()) && std::ranges::all_of(text, [&](char c) {
    return alphanumeric(c) || std::string_view("!#$&-^_.+").find(c) != std::string_view::npos;
  });
}

}  // namespace

bool is_media_type(std::string_view text) {
  const auto slash = text.find('/');
  return text.size() <= kMaxMediaTypeLength && slash != std::string_view::npos &&
         is_restricted_name(text.substr(0, slash)) && is_restricted_name(text.substr(slash + 1));
}

std::string bare_media_type(std::string_view header) {
  return base::to_lower(base::trim(header.substr(0, header.find(';'))));
}

bool is_nondistributable(std::string_view layer_media_type) {
  return layer_media_type == media_type::kDockerForeignLayer ||
         layer_media_type.starts_with("application/vnd.oci.image.layer.nondistributable.");
}

}  // namespace berth::model
