#include "api/organizations/members.h"

#include <algorithm>

#include "model/account_id.h"
#include "model/resource_tag.h"

namespace berth::api::organizations {
namespace {

constexpr bool is_small(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'); }
constexpr bool is_word(char c) { return is_small(c) || (c >= 'A' && c <= 'Z') || c == '_'; }

// "<prefix><least to most characters that `allowed` allows>"
bool is_id(std::string_view text, std::string_view prefix, std::size_t least, std::size_t most, bool (*allowed)(char)) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return text.size() >= least && text.size() <= most && std::ranges::all_of(text, allowed);
}

bool is_unit_id(std::string_view text) {
  const auto dash = text.rfind('-');
  return dash != std::string_view::npos && is_id(text.substr(0, dash), "ou-", 4, 32, is_small) &&
         is_id(text.substr(dash), "-", 8, 32, is_small);
}

constexpr bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

}  // namespace

bool is_account_id(std::string_view text) { return model::AccountId::matches(text); }
bool is_root_id(std::string_view text) { return is_id(text, "r-", 4, 32, is_small); }
bool is_policy_id(std::string_view text) { return is_id(text, "p-", 8, 128, is_word); }
bool is_target_id(std::string_view text) { return is_parent_id(text) || is_account_id(text); }
bool is_parent_id(std::string_view text) { return is_root_id(text) || is_unit_id(text); }
bool is_child_id(std::string_view text) { return is_account_id(text) || is_unit_id(text); }
bool is_creation_id(std::string_view text) { return is_id(text, "car-", 8, 32, is_small); }

bool is_email(std::string_view text) {
  const auto at = text.find('@');
  if (at == 0 || at == std::string_view::npos || std::ranges::any_of(text, is_space)) return false;
  const auto domain = text.substr(at + 1);
  const auto dot = domain.find('.', 1);
  return !domain.contains('@') && dot != std::string_view::npos && dot + 1 < domain.size();
}

bool is_account_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

bool is_role_name(std::string_view text) {
  return is_id(text, "", 1, 64, [](char c) { return is_word(c) || std::string_view("+=,.@-").contains(c); });
}

bool is_any_text(std::string_view) { return true; }

bool is_tag_text(std::string_view text) { return model::is_resource_tag_text(text); }

}  // namespace berth::api::organizations
