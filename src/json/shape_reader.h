// The visitor that fills a shape from a Value, checking types and rules; it stops at the first failure.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "json/rules.h"
#include "json/shape.h"
#include "json/value.h"

namespace berth::json {

// A value of another JSON type than declared: `serialization`.
base::Result<void> read_scalar(const Value& value, std::string& out, const Rules& rules, const Place& at);
base::Result<void> read_scalar(const Value& value, std::int64_t& out, const Rules& rules, const Place& at);
base::Result<void> read_scalar(const Value& value, double& out, const Rules& rules, const Place& at);
base::Result<void> read_scalar(const Value& value, bool& out, const Rules& rules, const Place& at);
base::Result<void> read_scalar(const Value& value, Blob& out, const Rules& rules, const Place& at);
base::Result<void> read_scalar(const Value& value, base::Timestamp& out, const Rules& rules, const Place& at);
// The array or object, checked for its number of items.
base::Result<const Array*> read_list(const Value& value, const Rules& rules, const Place& at);
base::Result<const Object*> read_map(const Value& value, const Rules& rules, const Place& at);
base::Result<void> require_object(const Value& value, const Place& at);
std::unexpected<base::Error> fail_null(const Place& at);

template <NamedEnum T>
base::Result<void> read_enum(const Value& value, T& out, const Place& at) {
  std::string text;
  if (auto read = read_scalar(value, text, {}, at); !read) return read;
  std::string known;
  for (const auto& [name, e] : enum_names(T{})) {
    if (name == text) {
      out = e;
      return {};
    }
    known.append(known.empty() ? "" : ", ").append(name);
  }
  return fail_rule(at, "Member must satisfy enum value set: [" + known + "]");
}

class ShapeReader;
template <Shape T>
base::Result<void> read_shape(const Value& value, T& out, const Place& at);

// `value` is not null.
template <Field T>
base::Result<void> read_field(const Value& value, T& out, const Rules& rules, const Place& at) {
  if constexpr (kIsScalar<T>) {
    return read_scalar(value, out, rules, at);
  } else if constexpr (NamedEnum<T>) {
    return read_enum(value, out, at);
  } else if constexpr (Shape<T>) {
    return read_shape(value, out, at);
  } else if constexpr (kIsList<T>) {
    BERTH_TRY(const Array* const list, read_list(value, rules, at));
    out.reserve(list->size());
    for (std::size_t i = 0; i < list->size(); ++i) {
      const Place here = at.element(i);
      if ((*list)[i].is_null()) return fail_null(here);
      typename T::value_type element{};
      BERTH_CHECK(read_field((*list)[i], element, rules, here));
      out.push_back(std::move(element));
    }
    return {};
  } else {
    BERTH_TRY(const Object* const map, read_map(value, rules, at));
    for (const auto& [key, entry] : *map) {
      const Place here = at.entry(key);
      if (entry.is_null()) return fail_null(here);
      typename T::mapped_type element{};
      BERTH_CHECK(read_field(entry, element, rules, here));
      out.emplace(key, std::move(element));
    }
    return {};
  }
}

class ShapeReader {
 public:
  // `object` is an object; both outlive the reader.
  ShapeReader(const Value& object, const Place& at) : object_(object), at_(at) {}

  template <Field T, class... R>
  void req(std::string_view name, T& member, R... rules) {
    if (!result_) return;
    const Value* const value = present(name);
    if (value == nullptr) {
      result_ = fail_null(at_.member(name));
    } else {
      result_ = read_field(*value, member, Rules::of(rules...), at_.member(name));
    }
  }

  template <Field T, class... R>
  void opt(std::string_view name, T& member, R... rules) {
    if (result_ && present(name) != nullptr) req(name, member, rules...);
  }

  template <Field T, class... R>
  void opt(std::string_view name, std::optional<T>& member, R... rules) {
    if (result_ && present(name) != nullptr) req(name, member.emplace(), rules...);
  }

  base::Result<void> take() { return std::move(result_); }

 private:
  const Value* present(std::string_view name) const {  // null counts as absent
    const Value* const value = object_.find(name);
    return value == nullptr || value->is_null() ? nullptr : value;
  }

  const Value& object_;
  const Place& at_;
  base::Result<void> result_;
};

template <Shape T>
base::Result<void> read_shape(const Value& value, T& out, const Place& at) {
  BERTH_CHECK(require_object(value, at));
  ShapeReader reader(value, at);
  out.fields(reader);
  return reader.take();
}

}  // namespace berth::json
