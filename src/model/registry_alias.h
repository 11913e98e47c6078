// The names of public registries: what stands before a repository's name in public.ecr.aws/<alias>/<repository>.
#pragma once

#include <vector>

#include "base/error.h"
#include "model/text_value.h"

namespace berth::model {

class AliasName : public TextValue<AliasName> {
 public:
  static constexpr std::size_t kMinLength = 2;
  static constexpr std::size_t kMaxLength = 50;
  static constexpr std::string_view kRegex = "[a-z][a-z0-9]+(?:[._-][a-z0-9]+)*";
  static bool matches(std::string_view text);                   // pattern and length
  static base::Result<AliasName> parse(std::string_view text);  // invalid_parameter at 'alias'

 private:
  using TextValue::TextValue;
};

// Every registry has a default alias, which it keeps, and may have others. The primary one stands in its URIs.
struct RegistryAlias {
  AliasName name;
  bool is_default = false;
  bool primary = false;

  friend bool operator==(const RegistryAlias&, const RegistryAlias&) = default;
};

// The one that is primary. There is one in every registry's list.
inline const RegistryAlias& primary_of(const std::vector<RegistryAlias>& aliases) {
  for (const auto& alias : aliases) {
    if (alias.primary) return alias;
  }
  return aliases.front();
}

}  // namespace berth::model
