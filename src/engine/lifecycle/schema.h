// Checks of a JSON value in the words of the validator that ECR uses (Java's json-schema-validator; ecr.md 2.3).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"

namespace berth::engine::lifecycle {

// What is wrong with one document: each text once, in the order found.
class Problems {
 public:
  void add(std::string text);
  bool empty() const { return texts_.empty(); }
  std::string text() const;  // one a line

 private:
  std::vector<std::string> texts_;
};

using Names = std::vector<std::string_view>;

// An object with all of `required` and nothing beyond `required` and `optional`. nullptr: it is no object. Missing and
// unknown members are problems, and the object is answered.
const json::Object* object_of(const json::Value& value, const Names& required, const Names& optional,
                              Problems& problems);
const std::string* string_of(const json::Value& value, Problems& problems);
std::optional<std::int64_t> integer_of(const json::Value& value, std::int64_t minimum, Problems& problems);
// nullptr: no array, or not of so many elements.
const json::Array* array_of(const json::Value& value, std::size_t min, std::size_t max, Problems& problems);
std::vector<std::string> strings_of(const json::Value& value, std::size_t max_length, Problems& problems);

// `["a","b"]`
std::string list_of(const Names& names);
void refuse_enum(const json::Value& value, const Names& possible, Problems& problems);

template <class Table>
auto enum_of(const json::Value& value, const Table& table, Problems& problems)
    -> std::optional<typename Table::value_type::second_type> {
  const std::string* text = string_of(value, problems);
  if (!text) return std::nullopt;
  Names possible;
  for (const auto& [name, meaning] : table) {
    if (name == *text) return meaning;
    possible.push_back(name);
  }
  refuse_enum(value, possible, problems);
  return std::nullopt;
}

}  // namespace berth::engine::lifecycle
