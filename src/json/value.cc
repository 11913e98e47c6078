#include "json/value.h"

#include <limits>

namespace berth::json {

Value::Value(std::uint64_t n) {
  if (n <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    data_ = static_cast<std::int64_t>(n);
  } else {
    data_ = static_cast<double>(n);
  }
}

std::optional<bool> Value::as_bool() const {
  const bool* b = std::get_if<bool>(&data_);
  return b == nullptr ? std::nullopt : std::optional(*b);
}

std::optional<std::int64_t> Value::as_int() const {
  const std::int64_t* n = std::get_if<std::int64_t>(&data_);
  return n == nullptr ? std::nullopt : std::optional(*n);
}

std::optional<double> Value::as_double() const {
  if (const double* d = std::get_if<double>(&data_)) return *d;
  if (const std::int64_t* n = std::get_if<std::int64_t>(&data_)) return static_cast<double>(*n);
  return std::nullopt;
}

const Value* Value::find(std::string_view name) const {
  if (const Object* object = as_object()) {
    for (const Member& member : *object) {
      if (member.name == name) return &member.value;
    }
  }
  return nullptr;
}

const std::string* Value::find_string(std::string_view name) const {
  const Value* value = find(name);
  return value == nullptr ? nullptr : value->as_string();
}

std::string_view Value::kind() const {
  struct Name {
    std::string_view operator()(std::monostate) const { return "null"; }
    std::string_view operator()(bool) const { return "boolean"; }
    std::string_view operator()(std::int64_t) const { return "number"; }
    std::string_view operator()(double) const { return "number"; }
    std::string_view operator()(const std::string&) const { return "string"; }
    std::string_view operator()(const Array&) const { return "array"; }
    std::string_view operator()(const Object&) const { return "object"; }
  };
  return std::visit(Name(), data_);
}

bool Value::operator==(const Value& other) const { return data_ == other.data_; }

}  // namespace berth::json
