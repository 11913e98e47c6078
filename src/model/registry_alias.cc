#include "model/registry_alias.h"

namespace berth::model {
namespace {

bool is_letter(char c) { return c >= 'a' && c <= 'z'; }
bool is_alphanumeric(char c) { return is_letter(c) || (c >= '0' && c <= '9'); }

}  // namespace

bool AliasName::matches(std::string_view text) {
  if (text.size() < kMinLength || text.size() > kMaxLength) return false;
  // Two characters before the first separator, and never two separators in a row.
  if (!is_letter(text[0]) || !is_alphanumeric(text[1]) || !is_alphanumeric(text.back())) return false;
  for (std::size_t i = 2; i + 1 < text.size(); ++i) {
    if (is_alphanumeric(text[i])) continue;
    if (std::string_view("._-").find(text[i]) == std::string_view::npos || !is_alphanumeric(text[i + 1])) return false;
  }
  return true;
}

base::Result<AliasName> AliasName::parse(std::string_view text) {
  if (!matches(text)) {
    return base::fail_parameter(
        "alias", "must have 2 to 50 characters and satisfy regular expression '" + std::string(kRegex) + "'");
  }
  return AliasName(std::string(text));
}

}  // namespace berth::model
