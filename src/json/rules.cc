#include "json/rules.h"

#include "base/text.h"

namespace berth::json {
namespace {

std::string at_least(std::string_view what, std::int64_t min) {
  return std::string(what) + " greater than or equal to " + std::to_string(min);
}
std::string at_most(std::string_view what, std::int64_t max) {
  return std::string(what) + " less than or equal to " + std::to_string(max);
}

// `bounds` is a Length, Range or Items.
template <class Bounds>
base::Result<void> check_bounds(std::int64_t n, const std::optional<Bounds>& bounds, std::string_view what,
                                std::string_view path) {
  if (bounds && n < bounds->min) return base::fail_parameter(path, at_least(what, bounds->min));
  if (bounds && n > bounds->max) return base::fail_parameter(path, at_most(what, bounds->max));
  return {};
}

}  // namespace

Place Place::member(std::string_view member_name) const {
  return {.path = path.empty() ? std::string(member_name) : path + "." + std::string(member_name), .name = member_name};
}

Place Place::element(std::size_t index) const {
  return {.path = path + "." + std::to_string(index + 1) + ".member", .name = name};
}

Place Place::entry(std::string_view key) const { return {.path = path + "." + std::string(key), .name = name}; }

base::Result<void> check_string(std::string_view text, const Rules& rules, const Place& at) {
  // No store of text takes it, and no text of this API needs it.
  if (text.find('\0') != std::string_view::npos) {
    return base::fail_parameter(at.name, "must not contain the character U+0000");
  }
  if (rules.length) {
    BERTH_CHECK(
        check_bounds(static_cast<std::int64_t>(base::utf8_length(text)), rules.length, "must have length", at.name));
  }
  if (rules.pattern && !rules.pattern->matches(text)) {
    return base::fail_parameter(at.name, "must satisfy regular expression '" + std::string(rules.pattern->regex) + "'");
  }
  return {};
}

base::Result<void> check_integer(std::int64_t n, const Rules& rules, const Place& at) {
  return check_bounds(n, rules.range, "Member must have value", at.path);
}

base::Result<void> check_blob(std::size_t bytes, const Rules& rules, const Place& at) {
  return check_bounds(static_cast<std::int64_t>(bytes), rules.length, "Member must have length", at.path);
}

base::Result<void> check_items(std::size_t count, const Rules& rules, const Place& at) {
  return check_bounds(static_cast<std::int64_t>(count), rules.items, "Member must have length", at.path);
}

}  // namespace berth::json
