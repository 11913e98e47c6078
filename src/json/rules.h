// What a member of a shape must satisfy beside its type. A shape names rules where it declares the member:
//   f.req("repositoryName", repository_name, json::length(2, 256), json::pattern(kRegex, &matches));
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace berth::json {

inline constexpr std::int64_t kUnbounded = std::numeric_limits<std::int64_t>::max();

struct Length {
  std::int64_t min = 0, max = kUnbounded;
  bool operator==(const Length&) const = default;
};
struct Range {
  std::int64_t min = std::numeric_limits<std::int64_t>::min(), max = kUnbounded;
  bool operator==(const Range&) const = default;
};
struct Items {
  std::int64_t min = 0, max = kUnbounded;
  bool operator==(const Items&) const = default;
};
struct Pattern {
  std::string_view regex;  // shown to the client
  bool (*matches)(std::string_view) = nullptr;
};

constexpr Length length(std::int64_t min, std::int64_t max = kUnbounded) {
  return {min, max};
}  // characters; of a blob: bytes
constexpr Range range(std::int64_t min, std::int64_t max = kUnbounded) { return {min, max}; }  // of an integer
constexpr Items items(std::int64_t min, std::int64_t max = kUnbounded) { return {min, max}; }  // of a list or map
constexpr Pattern pattern(std::string_view regex, bool (*matches)(std::string_view)) { return {regex, matches}; }

// All rules of a member. On a list or a map, `items` is about the container and the others about what is in it.
struct Rules {
  std::optional<Length> length;
  std::optional<Range> range;
  std::optional<Items> items;
  std::optional<Pattern> pattern;

  constexpr void add(Length r) { length = r; }
  constexpr void add(Range r) { range = r; }
  constexpr void add(Items r) { items = r; }
  constexpr void add(Pattern r) { pattern = r; }

  template <class... R>
  static constexpr Rules of(R... each) {
    Rules rules;
    (rules.add(each), ...);
    return rules;
  }
};

// In whose words a broken rule is told.
enum class Wording : std::uint8_t {
  // `invalid_parameter`, "Invalid parameter at '<member>' failed to satisfy constraint: '<rule>'". ECR checks lengths
  // and patterns of strings itself ("must have length ...", at the member's own name); all else is checked by the
  // framework before it ("Member must ...", at the path).
  ecr,
  // `validation`, "1 validation error detected: Value at '<path>' failed to satisfy constraint: <rule>": the
  // framework's, which IAM, STS and most others leave all checks to.
  framework,
};

// Where in the input a value stands: "imageIds.1.member.imageTag" and the nearest name in it, "imageTag". In a path
// names begin with a small letter: "tags.1.member.key" for "Key".
struct Place {
  std::string path{};
  std::string_view name{};
  Wording wording = Wording::ecr;

  Place member(std::string_view member_name) const;
  Place element(std::size_t index) const;  // counted from 0; shown from 1, as AWS does
  Place entry(std::string_view key) const;
};

std::unexpected<base::Error> fail_rule(const Place& at, std::string_view rule);

// Each fails in the words of the place.
base::Result<void> check_string(std::string_view text, const Rules& rules, const Place& at);
base::Result<void> check_integer(std::int64_t n, const Rules& rules, const Place& at);
base::Result<void> check_blob(std::size_t bytes, const Rules& rules, const Place& at);
base::Result<void> check_items(std::size_t count, const Rules& rules, const Place& at);

}  // namespace berth::json
