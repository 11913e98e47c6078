#include "model/resource_tag.h"

#include <algorithm>
#include <set>

#include "base/text.h"

namespace berth::model {
namespace {

using base::Errc;

base::Result<void> check_key(std::string_view key) {
  const auto length = base::utf8_length(key);
  if (length < 1 || length > 128)
    return base::fail(Errc::invalid_tag_parameter, "Tag keys must have 1 to 128 characters");
  if (!is_resource_tag_text(key)) {
    return base::fail(Errc::invalid_tag_parameter, "Tag keys may have letters, digits, white space and _.:/=+-@ only");
  }
  if (base::to_lower(key.substr(0, 4)) == "aws:") {
    return base::fail(Errc::invalid_tag_parameter, "aws: prefixed tag key names are not allowed for external use.");
  }
  return {};
}

base::Result<void> check_value(std::string_view value) {
  if (base::utf8_length(value) > 256) {
    return base::fail(Errc::invalid_tag_parameter, "Tag values must have at most 256 characters");
  }
  if (!is_resource_tag_text(value)) {
    return base::fail(Errc::invalid_tag_parameter,
                      "Tag values may have letters, digits, white space and _.:/=+-@ only");
  }
  return {};
}

std::unexpected<base::Error> too_many() {
  return base::fail(Errc::too_many_tags,
                    "The list of tags on the repository is over the limit. The maximum number of tags that can be "
                    "applied to a repository is " +
                        std::to_string(kMaxResourceTags) + ".");
}

}  // namespace

// Above ASCII only the C1 controls are refused: AWS allows letters, numbers and white space of every script, and a
// table of those would buy nothing here.
bool is_resource_tag_text(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0) return false;
    if (c >= 0x80) continue;
    const bool word = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!word && std::string_view(" _.:/=+-@").find(static_cast<char>(c)) == std::string_view::npos) return false;
  }
  return true;
}

base::Result<void> check_resource_tags(std::span<const ResourceTag> tags) {
  if (tags.size() > kMaxResourceTags) return too_many();
  std::set<std::string_view> seen;
  for (const auto& tag : tags) {
    BERTH_CHECK(check_key(tag.key));
    BERTH_CHECK(check_value(tag.value));
    if (!seen.insert(tag.key).second) return base::fail(Errc::invalid_tag_parameter, "Tag keys must be unique");
  }
  return {};
}

base::Result<void> check_resource_tag_keys(std::span<const std::string> keys) {
  if (keys.size() > kMaxResourceTags) return too_many();
  for (const auto& key : keys) BERTH_CHECK(check_key(key));
  return {};
}

}  // namespace berth::model
