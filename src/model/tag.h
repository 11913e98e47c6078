// An image tag (OCI distribution-spec 1.1, <reference> as a tag).
#pragma once

#include "base/error.h"
#include "model/text_value.h"

namespace berth::model {

class Tag : public TextValue<Tag> {
 public:
  static constexpr std::size_t kMaxLength = 128;
  static constexpr std::string_view kRegex = "[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}";

  static bool matches(std::string_view text);
  static base::Result<Tag> parse(std::string_view text);  // tag_invalid

 private:
  using TextValue::TextValue;
};

}  // namespace berth::model
