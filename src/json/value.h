// A JSON document in memory. Numbers keep their kind (whole or not), objects keep the order of their members.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace berth::json {

class Value;
struct Member;
using Array = std::vector<Value>;
using Object = std::vector<Member>;  // parse() sees to it that no name occurs twice

// A value type. Nothing here throws: asking for what the value is not answers nullptr or nullopt.
class Value {
 public:
  Value(std::nullptr_t = nullptr);
  Value(bool b);
  Value(int n);
  Value(std::int64_t n);
  Value(std::uint64_t n);  // a double above the range of int64
  Value(double d);
  Value(std::string s);
  Value(std::string_view s);
  Value(const char* s);
  Value(Array a);
  Value(Object o);

  bool is_null() const { return std::holds_alternative<std::monostate>(data_); }
  std::optional<bool> as_bool() const;
  std::optional<std::int64_t> as_int() const;  // only a number written without fraction and exponent, and in range
  std::optional<double> as_double() const;     // any number
  const std::string* as_string() const { return std::get_if<std::string>(&data_); }
  const Array* as_array() const { return std::get_if<Array>(&data_); }
  const Object* as_object() const { return std::get_if<Object>(&data_); }
  Array* as_array() { return std::get_if<Array>(&data_); }
  Object* as_object() { return std::get_if<Object>(&data_); }

  // The member of an object; nullptr if there is none, or this is not an object. Linear in the number of members.
  const Value* find(std::string_view name) const;
  // The member `name` as a string; nullptr if there is none.
  const std::string* find_string(std::string_view name) const;

  // "null", "boolean", "number", "string", "array" or "object", for messages.
  std::string_view kind() const;

  bool operator==(const Value& other) const;  // objects: the same members in the same order

 private:
  std::variant<std::monostate, bool, std::int64_t, double, std::string, Array, Object> data_;
};

struct Member {
  std::string name;
  Value value;
  bool operator==(const Member&) const = default;
};

// Here, since a variant of them needs Member to be complete.
inline Value::Value(std::nullptr_t) {}
inline Value::Value(bool b) : data_(b) {}
inline Value::Value(int n) : data_(std::int64_t{n}) {}
inline Value::Value(std::int64_t n) : data_(n) {}
inline Value::Value(double d) : data_(d) {}
inline Value::Value(std::string s) : data_(std::move(s)) {}
inline Value::Value(std::string_view s) : data_(std::string(s)) {}
inline Value::Value(const char* s) : data_(std::string(s)) {}
inline Value::Value(Array a) : data_(std::move(a)) {}
inline Value::Value(Object o) : data_(std::move(o)) {}

}  // namespace berth::json
