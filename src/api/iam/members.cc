#include "api/iam/members.h"

#include <algorithm>

#include "model/resource_tag.h"

namespace berth::api::iam {
namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool is_alphanumeric(char c) { return is_digit(c) || is_lower(c) || (c >= 'A' && c <= 'Z'); }
constexpr bool is_word_character(char c) { return is_alphanumeric(c) || c == '_'; }
constexpr bool between(char c, char first, char last) { return c >= first && c <= last; }

constexpr auto one_of(std::string_view also) {
  return [also](char c) { return is_word_character(c) || also.contains(c); };
}

// Whether all characters of `text`, which is UTF-8, are U+0009, U+000A, U+000D, U+0020 to U+007E (U+007F too if
// `wide`), or U+00A1 to U+00FF (from U+0080 on if `wide`).
bool is_latin(std::string_view text, bool wide) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x20 ? c != '\t' && c != '\n' && c != '\r' : c == 0x7F && !wide) return false;
    if (c < 0x80) continue;
    if ((c != 0xC2 && c != 0xC3) || i + 1 == text.size()) return false;
    const auto low = static_cast<unsigned char>(text[++i]);
    if (c == 0xC2 && low < 0xA1 && !wide) return false;
  }
  return true;
}

}  // namespace

bool is_name(std::string_view text) { return !text.empty() && std::ranges::all_of(text, one_of("+=,.@-")); }

bool is_word(std::string_view text) { return !text.empty() && std::ranges::all_of(text, is_word_character); }

bool is_path(std::string_view text) {
  return text == "/" || (text.size() > 2 && text.starts_with('/') && text.ends_with('/') &&
                         std::ranges::all_of(text, [](char c) { return between(c, '\x21', '\x7E'); }));
}

bool is_path_prefix(std::string_view text) {
  return text.starts_with('/') && std::ranges::all_of(text, [](char c) { return between(c, '\x21', '\x7F'); });
}

bool is_policy_path(std::string_view text) {
  return text.starts_with('/') && text.ends_with('/') && !text.contains("//") &&
         std::ranges::all_of(text, one_of("/.,+@=-"));
}

bool is_latin_text(std::string_view text) { return !text.empty() && is_latin(text, true); }

bool is_marker(std::string_view text) {
  return is_latin_text(text) && std::ranges::none_of(text, [](char c) { return c >= 0 && c < 0x20; });
}

bool is_description(std::string_view text) { return is_latin(text, false); }

bool is_version_id(std::string_view text) {
  if (!text.starts_with('v')) return false;
  text.remove_prefix(1);
  const auto number = text.substr(0, text.find('.'));
  const auto rest = text.substr(number.size());
  return !number.empty() && number.front() != '0' && std::ranges::all_of(number, is_digit) &&
         std::ranges::all_of(rest.substr(rest.empty() ? 0 : 1), [](char c) { return is_alphanumeric(c) || c == '-'; });
}

bool is_alias(std::string_view text) {
  return text.size() >= 3 && text.size() <= 63 && text.front() != '-' && text.back() != '-' && !text.contains("--") &&
         std::ranges::all_of(text, [](char c) { return is_digit(c) || is_lower(c) || c == '-'; });
}

bool is_tag_key(std::string_view text) { return !text.empty() && model::is_resource_tag_text(text); }

bool is_tag_value(std::string_view text) { return model::is_resource_tag_text(text); }

}  // namespace berth::api::iam
