#include "model/account_id.h"

#include <algorithm>

namespace berth::model {

bool AccountId::matches(std::string_view text) {
  return text.size() == 12 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

base::Result<AccountId> AccountId::parse(std::string_view text) {
  if (!matches(text)) {
    return base::fail_parameter("registryId", "must satisfy regular expression '" + std::string(kRegex) + "'");
  }
  return AccountId(std::string(text));
}

}  // namespace berth::model
