// The condition operators of the policy language, and how one compares. Of this room alone.
//
// Source: "IAM JSON policy elements: Condition operators" of the IAM User Guide.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/error.h"
#include "policy/pattern.h"
#include "policy/values.h"

namespace berth::policy::detail {

enum class Comparison : std::uint8_t {
  string_equals,
  string_equals_ignore_case,
  string_like,
  numeric_equals,
  numeric_less,
  numeric_less_equals,
  numeric_greater,
  numeric_greater_equals,
  date_equals,
  date_less,
  date_less_equals,
  date_greater,
  date_greater_equals,
  boolean,
  binary_equals,
  ip_address,
  arn,
  null,
};

enum class Quantifier : std::uint8_t { none, all, any };  // ForAllValues, ForAnyValue

struct Operator {
  Comparison comparison = Comparison::string_equals;
  bool negated = false;
  bool if_exists = false;
  Quantifier quantifier = Quantifier::none;
};

// "ForAllValues:StringNotLikeIfExists"; case does not matter, as AWS has it. nullopt: there is no such operator.
std::optional<Operator> parse_operator(std::string_view text);

// One value of a condition. What can be read when the policy is parsed is.
struct Operand {
  std::string written;
  Pattern pattern;
  std::variant<std::monostate, std::int64_t, double, bool, Block, std::string> value;  // empty: has variables
};

// `policy_malformed` if the text is no value for this comparison.
base::Result<Operand> make_operand(Comparison comparison, std::string_view text, bool variables);

// Whether a value of the request compares; what is not a date, number and so on compares with nothing.
bool compare(Comparison comparison, const Operand& operand, std::string_view text, const Context& context);

}  // namespace berth::policy::detail
