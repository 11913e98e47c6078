// Text with wildcards and policy variables, made ready once and matched many times. Of this room alone.
//
// Source: "Using wildcards in resource ARNs", "IAM policy elements: Variables and tags" of the IAM User Guide.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "policy/context.h"

namespace berth::policy::detail {

// How a pattern is read.
enum class Syntax : std::uint8_t {
  literal,   // '*' and '?' are themselves: StringEquals
  wildcard,  // Action, StringLike
  arn,       // six parts; a wildcard in one of the first five stays within it, missing parts are '*'
};

// Literal text behind a star.
struct Run {
  std::uint32_t at, size;
  bool within_part;  // the star stays within a part of an ARN
};
// `compiled` begins with `start` literal bytes; runs follow each other, the last one at the end of the text.
bool runs_match(std::string_view compiled, std::size_t start, std::span<const Run> runs, std::string_view text);

// An immutable value. In `compiled_` wildcards are bytes that no UTF-8 text has, so that "${*}" can be a plain star.
class Pattern {
 public:
  // `variables`: "${key}" is replaced when matching (Version 2012-10-17). `policy_malformed` if a variable is not
  // written as one.
  static base::Result<Pattern> make(std::string_view text, Syntax syntax, bool variables);
  // Lower case throughout; compared with text in lower case.
  static Pattern folded(std::string_view text);

  // A variable without value and default matches nothing, and so does one with several values.
  bool matches(std::string_view text, const Context& context) const;
  // The text that a pattern of Syntax::literal stands for; nullopt if a variable has no value.
  std::optional<std::string> value(const Context& context) const;

  // Whether all its variables have a value.
  bool resolves(const Context& context) const;
  // Whether a variable is in one of the first five parts of an ARN.
  bool has_variables_before_resource() const;
  bool has_variables() const { return !variables_.empty(); }
  bool is_any() const { return shape_ == Shape::any && variables_.empty(); }
  // Wildcards as the bytes that stand for them here, variables left out.
  std::string_view text() const { return compiled_; }
  // What every text that matches begins with.
  std::string_view literal_start() const { return std::string_view(compiled_).substr(0, start_); }
  bool is_exact() const { return shape_ == Shape::exact && variables_.empty(); }
  bool is_prefix() const { return shape_ == Shape::prefix && variables_.empty(); }
  const std::vector<Run>& runs() const { return runs_; }  // empty unless literal text and stars are all there is
  void add_keys(std::vector<std::string>& out) const;     // of variables, as written

 private:
  enum class Shape : std::uint8_t { any, exact, prefix, runs, glob };
  struct Variable {
    std::size_t at = 0;  // where in compiled_ the value goes
    Key key;
    std::string written;
    std::optional<std::string> fallback;
    bool one_part = false;  // in one of the first five parts of an ARN: a ':' would shift the others
  };

  base::Result<std::size_t> read_variable(std::string_view text, std::size_t at, Syntax syntax);
  void add_wildcard(char c, Syntax syntax);
  void finish(Syntax syntax);
  static const std::string* value_of(const Variable& variable, const Context& context);
  bool expanded_matches(std::string_view text, const Context& context) const;
  void set_shape();
  void set_runs();

  std::string compiled_;
  std::vector<Variable> variables_;
  std::vector<Run> runs_;   // of Shape::runs: stars and no '?', the last run at the end
  std::size_t colons_ = 0;  // while reading
  std::size_t start_ = 0;   // where the first wildcard or variable is
  Shape shape_ = Shape::exact;
};

// Iterative, without recursion: time is bounded by the product of the lengths.
bool glob(std::string_view compiled, std::string_view text);

}  // namespace berth::policy::detail
