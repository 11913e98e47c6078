#include "json/rules.h"

#include <utility>

#include "base/text.h"

namespace berth::json {
namespace {

std::string at_least(std::string_view what, std::int64_t min) {
  return std::string(what) + " greater than or equal to " + std::to_string(min);
}
std::string at_most(std::string_view what, std::int64_t max) {
  return std::string(what) + " less than or equal to " + std::to_string(max);
}

// `bounds` is a Length, Range or Items. nullopt: within them.
template <class Bounds>
std::optional<std::string> broken(std::int64_t n, const std::optional<Bounds>& bounds, std::string_view what) {
  if (bounds && n < bounds->min) return at_least(what, bounds->min);
  if (bounds && n > bounds->max) return at_most(what, bounds->max);
  return std::nullopt;
}

template <class Bounds>
base::Result<void> check_bounds(std::int64_t n, const std::optional<Bounds>& bounds, std::string_view what,
                                const Place& at) {
  if (const auto rule = broken(n, bounds, what)) return fail_rule(at, *rule);
  return {};
}

base::Result<void> check_ecr_string(std::string_view text, std::int64_t length, const Rules& rules, const Place& at) {
  if (const auto rule = broken(length, rules.length, "must have length")) return base::fail_parameter(at.name, *rule);
  if (rules.pattern && !rules.pattern->matches(text)) {
    return base::fail_parameter(at.name, "must satisfy regular expression '" + std::string(rules.pattern->regex) + "'");
  }
  return {};
}

base::Result<void> check_framework_string(std::string_view text, std::int64_t length, const Rules& rules,
                                          const Place& at) {
  BERTH_CHECK(check_bounds(length, rules.length, "Member must have length", at));
  if (rules.pattern && !rules.pattern->matches(text)) {
    return fail_rule(at, "Member must satisfy regular expression pattern: " + std::string(rules.pattern->regex));
  }
  return {};
}

// "UserName" is shown as "userName".
std::string shown(std::string_view name) {
  std::string text(name);
  if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z') text[0] += 'a' - 'A';
  return text;
}

}  // namespace

Place Place::member(std::string_view member_name) const {
  const auto last = shown(member_name);
  return {.path = path.empty() ? last : path + "." + last, .name = member_name, .wording = wording};
}

Place Place::element(std::size_t index) const {
  return {.path = path + "." + std::to_string(index + 1) + ".member", .name = name, .wording = wording};
}

Place Place::entry(std::string_view key) const {
  return {.path = path + "." + std::string(key), .name = name, .wording = wording};
}

std::unexpected<base::Error> fail_rule(const Place& at, std::string_view rule) {
  switch (at.wording) {
    case Wording::ecr: return base::fail_parameter(at.path, rule);
    case Wording::framework: return base::fail_validation(at.path, rule);
  }
  std::unreachable();
}

base::Result<void> check_string(std::string_view text, const Rules& rules, const Place& at) {
  const auto length = static_cast<std::int64_t>(base::utf8_length(text));
  const bool null = text.find('\0') != std::string_view::npos;  // no store of text takes it, and nobody needs it
  constexpr std::string_view kNoNull = "must not contain the character U+0000";
  switch (at.wording) {
    case Wording::ecr:
      BERTH_CHECK(check_ecr_string(text, length, rules, at));
      if (null) return base::fail_parameter(at.name, kNoNull);
      return {};
    case Wording::framework:
      BERTH_CHECK(check_framework_string(text, length, rules, at));
      if (null) return fail_rule(at, "Member " + std::string(kNoNull));
      return {};
  }
  std::unreachable();
}

base::Result<void> check_integer(std::int64_t n, const Rules& rules, const Place& at) {
  return check_bounds(n, rules.range, "Member must have value", at);
}

base::Result<void> check_blob(std::size_t bytes, const Rules& rules, const Place& at) {
  return check_bounds(static_cast<std::int64_t>(bytes), rules.length, "Member must have length", at);
}

base::Result<void> check_items(std::size_t count, const Rules& rules, const Place& at) {
  return check_bounds(static_cast<std::int64_t>(count), rules.items, "Member must have length", at);
}

}  // namespace berth::json
