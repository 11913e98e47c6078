// An AWS account: twelve digits. With a region it names a registry ("registryId").
#pragma once

#include "base/error.h"
#include "model/text_value.h"

namespace berth::model {

class AccountId : public TextValue<AccountId> {
 public:
  static constexpr std::string_view kRegex = "[0-9]{12}";
  static bool matches(std::string_view text);
  static base::Result<AccountId> parse(std::string_view text);  // invalid_parameter at 'registryId'

 private:
  using TextValue::TextValue;
};

}  // namespace berth::model
