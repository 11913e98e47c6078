// Tags on repositories (not on images): a key and a value (ECR API, TagResource).
#pragma once

#include <compare>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"

namespace berth::model {

struct ResourceTag {
  std::string key;
  std::string value;

  template <class F>
  void fields(F& f) {
    f.req("Key", key);
    f.req("Value", value);
  }
  friend auto operator<=>(const ResourceTag&, const ResourceTag&) = default;
};

inline constexpr std::size_t kMaxResourceTags = 50;  // on one resource

// Whether all characters are letters, digits, white space or _.:/=+-@, in any script.
bool is_resource_tag_text(std::string_view text);

// What a client wants to set or remove at once. Keys are 1..128 and values 0..256 such
// characters; `aws:` is reserved; no key twice. invalid_tag_parameter, too_many_tags.
base::Result<void> check_resource_tags(std::span<const ResourceTag> tags);
base::Result<void> check_resource_tag_keys(std::span<const std::string> keys);

}  // namespace berth::model
