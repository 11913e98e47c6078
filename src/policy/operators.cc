#include "policy/operators.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/bytes.h"
#include "base/text.h"

namespace berth::policy::detail {
namespace {

struct Named {
  std::string_view name;  // lower case
  Comparison comparison;
  bool negated;
};

constexpr std::array kOperators{
    Named{"stringequals", Comparison::string_equals, false},
    Named{"stringnotequals", Comparison::string_equals, true},
    Named{"stringequalsignorecase", Comparison::string_equals_ignore_case, false},
    Named{"stringnotequalsignorecase", Comparison::string_equals_ignore_case, true},
    Named{"stringlike", Comparison::string_like, false},
    Named{"stringnotlike", Comparison::string_like, true},
    Named{"numericequals", Comparison::numeric_equals, false},
    Named{"numericnotequals", Comparison::numeric_equals, true},
    Named{"numericlessthan", Comparison::numeric_less, false},
    Named{"numericlessthanequals", Comparison::numeric_less_equals, false},
    Named{"numericgreaterthan", Comparison::numeric_greater, false},
    Named{"numericgreaterthanequals", Comparison::numeric_greater_equals, false},
    Named{"dateequals", Comparison::date_equals, false},
    Named{"datenotequals", Comparison::date_equals, true},
    Named{"datelessthan", Comparison::date_less, false},
    Named{"datelessthanequals", Comparison::date_less_equals, false},
    Named{"dategreaterthan", Comparison::date_greater, false},
    Named{"dategreaterthanequals", Comparison::date_greater_equals, false},
    Named{"bool", Comparison::boolean, false},
    Named{"binaryequals", Comparison::binary_equals, false},
    Named{"ipaddress", Comparison::ip_address, false},
    Named{"notipaddress", Comparison::ip_address, true},
    Named{"arnequals", Comparison::arn, false},
    Named{"arnlike", Comparison::arn, false},
    Named{"arnnotequals", Comparison::arn, true},
    Named{"arnnotlike", Comparison::arn, true},
    Named{"null", Comparison::null, false},
};

using Value = decltype(Operand::value);

template <class T>
std::optional<Value> wrap(std::optional<T> read) {
  return read ? std::optional<Value>(std::in_place, std::move(*read)) : std::nullopt;
}

std::optional<bool> parse_bool(std::string_view text) {
  const std::string folded = base::to_lower(text);
  if (folded == "true") return true;
  if (folded == "false") return false;
  return std::nullopt;
}

// What the comparison compares; monostate where that is text. nullopt: not readable.
std::optional<Value> read(Comparison comparison, std::string_view text) {
  switch (comparison) {
    case Comparison::string_equals:
    case Comparison::string_equals_ignore_case:
    case Comparison::string_like:
    case Comparison::arn: return Value(std::monostate());
    case Comparison::numeric_equals:
    case Comparison::numeric_less:
    case Comparison::numeric_less_equals:
    case Comparison::numeric_greater:
    case Comparison::numeric_greater_equals: return wrap(parse_number(text));
    case Comparison::date_equals:
    case Comparison::date_less:
    case Comparison::date_less_equals:
    case Comparison::date_greater:
    case Comparison::date_greater_equals: return wrap(parse_date(text));
    case Comparison::boolean:
    case Comparison::null: return wrap(parse_bool(text));
    case Comparison::binary_equals: return wrap(base::from_base64(text));
    case Comparison::ip_address: return wrap(parse_block(text));
  }
  return std::nullopt;
}

// `asked` of the request, `stated` of the policy; both hold the type of the comparison.
bool holds(Comparison comparison, const Value& asked, const Value& stated) {
  switch (comparison) {
    case Comparison::numeric_equals:
    case Comparison::date_equals:
    case Comparison::boolean:
    case Comparison::null: {
      if (const bool* flag = std::get_if<bool>(&asked)) return *flag == std::get<bool>(stated);
      if (const double* number = std::get_if<double>(&asked)) return *number == std::get<double>(stated);
      return std::get<std::int64_t>(asked) == std::get<std::int64_t>(stated);
    }
    case Comparison::numeric_less: return std::get<double>(asked) < std::get<double>(stated);
    case Comparison::numeric_less_equals: return std::get<double>(asked) <= std::get<double>(stated);
    case Comparison::numeric_greater: return std::get<double>(asked) > std::get<double>(stated);
    case Comparison::numeric_greater_equals: return std::get<double>(asked) >= std::get<double>(stated);
    case Comparison::date_less: return std::get<std::int64_t>(asked) < std::get<std::int64_t>(stated);
    case Comparison::date_less_equals: return std::get<std::int64_t>(asked) <= std::get<std::int64_t>(stated);
    case Comparison::date_greater: return std::get<std::int64_t>(asked) > std::get<std::int64_t>(stated);
    case Comparison::date_greater_equals: return std::get<std::int64_t>(asked) >= std::get<std::int64_t>(stated);
    case Comparison::binary_equals: return std::get<std::string>(asked) == std::get<std::string>(stated);
    case Comparison::ip_address: return std::get<Block>(stated).contains(std::get<Block>(asked));
    case Comparison::string_equals:
    case Comparison::string_equals_ignore_case:
    case Comparison::string_like:
    case Comparison::arn: return false;  // compared as patterns
  }
  return false;
}

Syntax syntax_of(Comparison comparison) {
  if (comparison == Comparison::string_like) return Syntax::wildcard;
  return comparison == Comparison::arn ? Syntax::arn : Syntax::literal;
}

// "You can't use a policy variable with other operators": there "${" is text, and no number, date and so on.
bool takes_variables(Comparison comparison) {
  switch (comparison) {
    case Comparison::string_equals:
    case Comparison::string_equals_ignore_case:
    case Comparison::string_like:
    case Comparison::arn:
    case Comparison::boolean: return true;
    case Comparison::numeric_equals:
    case Comparison::numeric_less:
    case Comparison::numeric_less_equals:
    case Comparison::numeric_greater:
    case Comparison::numeric_greater_equals:
    case Comparison::date_equals:
    case Comparison::date_less:
    case Comparison::date_less_equals:
    case Comparison::date_greater:
    case Comparison::date_greater_equals:
    case Comparison::binary_equals:
    case Comparison::ip_address:
    case Comparison::null: return false;
  }
  return false;
}

bool is_arn(std::string_view text) { return std::ranges::count(text, ':') >= 5; }

}  // namespace

std::optional<Operator> parse_operator(std::string_view text) {
  const std::string folded = base::to_lower(text);
  std::string_view name = folded;
  Operator out;
  const auto strip = [&name](std::string_view prefix) {
    if (!name.starts_with(prefix)) return false;
    name.remove_prefix(prefix.size());
    return true;
  };
  if (strip("forallvalues:")) {
    out.quantifier = Quantifier::all;
  } else if (strip("foranyvalue:")) {
    out.quantifier = Quantifier::any;
  }
  constexpr std::string_view kIfExists = "ifexists";
  if (name.ends_with(kIfExists)) {
    out.if_exists = true;
    name.remove_suffix(kIfExists.size());
  }
  for (const Named& known : kOperators) {
    if (known.name != name) continue;
    if (known.comparison == Comparison::null && out.if_exists) return std::nullopt;
    out.comparison = known.comparison;
    out.negated = known.negated;
    return out;
  }
  return std::nullopt;
}

base::Result<Operand> make_operand(Comparison comparison, std::string_view text, bool variables) {
  BERTH_TRY(Pattern pattern, Pattern::make(text, syntax_of(comparison), variables && takes_variables(comparison)));
  Operand out{.written = std::string(text), .pattern = std::move(pattern), .value = {}};
  if (out.pattern.has_variables()) return out;
  std::optional<Value> value = read(comparison, out.pattern.text());
  if (!value) return base::fail(base::Errc::policy_malformed, "not a value that the operator can compare");
  out.value = std::move(*value);
  return out;
}

bool compare(Comparison comparison, const Operand& operand, std::string_view text, const Context& context) {
  switch (comparison) {
    case Comparison::string_equals:
    case Comparison::string_like: return operand.pattern.matches(text, context);
    case Comparison::string_equals_ignore_case: {
      const auto stated = operand.pattern.value(context);
      return stated && base::to_lower(*stated) == base::to_lower(text);
    }
    case Comparison::arn: return is_arn(text) && operand.pattern.matches(text, context);
    case Comparison::numeric_equals:
    case Comparison::numeric_less:
    case Comparison::numeric_less_equals:
    case Comparison::numeric_greater:
    case Comparison::numeric_greater_equals:
    case Comparison::date_equals:
    case Comparison::date_less:
    case Comparison::date_less_equals:
    case Comparison::date_greater:
    case Comparison::date_greater_equals:
    case Comparison::boolean:
    case Comparison::binary_equals:
    case Comparison::ip_address:
    case Comparison::null: break;
  }
  const std::optional<Value> asked = read(comparison, text);
  if (!asked) return false;
  if (!operand.pattern.has_variables()) return holds(comparison, *asked, operand.value);
  const auto expanded = operand.pattern.value(context);
  const auto stated = expanded ? read(comparison, *expanded) : std::nullopt;
  return stated && holds(comparison, *asked, *stated);
}

}  // namespace berth::policy::detail
