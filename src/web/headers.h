// HTTP header fields: names without case, order kept, names may repeat.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace berth::web {

bool equal_ignoring_case(std::string_view a, std::string_view b);  // ASCII

// A value type. Not bounded by itself: net bounds the head before it fills one.
class Headers {
 public:
  using Field = std::pair<std::string, std::string>;

  void reserve(std::size_t fields) { fields_.reserve(fields); }
  void add(std::string name, std::string value) { fields_.emplace_back(std::move(name), std::move(value)); }
  void set(std::string_view name, std::string value);                 // replaces all of that name
  std::optional<std::string_view> find(std::string_view name) const;  // the first
  std::string_view get(std::string_view name) const { return find(name).value_or(std::string_view()); }
  std::size_t count(std::string_view name) const;

  auto begin() const { return fields_.begin(); }
  auto end() const { return fields_.end(); }
  std::size_t size() const { return fields_.size(); }

 private:
  std::vector<Field> fields_;
};

}  // namespace berth::web
