// A region's name, e.g. "us-east-1". Any name of the right form is a region; configuration may allow fewer.
//
// Public registries (ECR Public) are in no region. What stands in its place is a value that no client can spell, so
// that an account's public registry is apart from its private ones wherever a registry is account and region.
#pragma once

#include "base/error.h"
#include "model/text_value.h"

namespace berth::model {

class Region : public TextValue<Region> {
 public:
  static constexpr std::string_view kRegex = "[0-9a-z-]{2,25}";
  static bool matches(std::string_view text);
  static base::Result<Region> parse(std::string_view text);  // invalid_parameter at 'region'

  static Region of_public_registries();
  static base::Result<Region> parse_own(std::string_view text);  // what text() said, of either kind

  bool is_public() const;
  std::string_view partition() const;  // "aws", "aws-cn" or "aws-us-gov", as in ARNs

 private:
  using TextValue::TextValue;
};

}  // namespace berth::model
