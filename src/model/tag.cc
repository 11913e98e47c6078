#include "model/tag.h"

#include <algorithm>

namespace berth::model {

bool Tag::matches(std::string_view text) {
  const auto word = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  return !text.empty() && text.size() <= kMaxLength && word(text.front()) &&
         std::ranges::all_of(text, [&](char c) { return word(c) || c == '.' || c == '-'; });
}

base::Result<Tag> Tag::parse(std::string_view text) {
  if (!matches(text)) {
    return base::fail(base::Errc::tag_invalid, "tag must satisfy regular expression '" + std::string(kRegex) + "'");
  }
  return Tag(std::string(text));
}

}  // namespace berth::model
