#include "json/shape_reader.h"

#include <cmath>

#include "base/bytes.h"

namespace berth::json {
namespace {

// In the words of AWS's own deserialiser.
std::unexpected<base::Error> fail_type(const Value& value, std::string_view wanted) {
  if (value.as_array() != nullptr)
    return base::fail(base::Errc::serialization, "Start of list found where not expected");
  if (value.as_object() != nullptr) {
    return base::fail(base::Errc::serialization, "Start of structure or map found where not expected.");
  }
  std::string_view token = "NULL_VALUE";
  if (const auto b = value.as_bool()) {
    token = *b ? "TRUE_VALUE" : "FALSE_VALUE";
  } else if (value.as_string() != nullptr) {
    token = "STRING_VALUE";
  } else if (value.as_int()) {
    token = "NUMBER_VALUE";
  } else if (value.as_double()) {
    token = "DECIMAL_VALUE";
  }
  return base::fail(base::Errc::serialization, std::string(token) + " can not be converted to " + std::string(wanted));
}

}  // namespace

std::unexpected<base::Error> fail_null(const Place& at) { return fail_rule(at, "Member must not be null"); }

base::Result<void> read_scalar(const Value& value, std::string& out, const Rules& rules, const Place& at) {
  const std::string* const text = value.as_string();
  if (text == nullptr) return fail_type(value, "a String");
  BERTH_CHECK(check_string(*text, rules, at));
  out = *text;
  return {};
}

base::Result<void> read_scalar(const Value& value, std::int64_t& out, const Rules& rules, const Place& at) {
  const auto n = value.as_int();
  if (!n) return fail_type(value, "an Integer");
  out = *n;
  return check_integer(out, rules, at);
}

base::Result<void> read_scalar(const Value& value, double& out, const Rules&, const Place&) {
  const auto d = value.as_double();
  if (!d) return fail_type(value, "a Double");
  out = *d;
  return {};
}

base::Result<void> read_scalar(const Value& value, bool& out, const Rules&, const Place&) {
  const auto b = value.as_bool();
  if (!b) return fail_type(value, "a Boolean");
  out = *b;
  return {};
}

base::Result<void> read_scalar(const Value& value, Blob& out, const Rules& rules, const Place& at) {
  const std::string* const text = value.as_string();
  if (text == nullptr) return fail_type(value, "a Blob");
  auto bytes = base::from_base64(*text);
  if (!bytes) return base::fail(base::Errc::serialization, "Invalid base64 at '" + at.path + "'");
  out.bytes = *std::move(bytes);
  return check_blob(out.bytes.size(), rules, at);
}

base::Result<void> read_scalar(const Value& value, base::Timestamp& out, const Rules&, const Place& at) {
  const auto seconds = value.as_double();
  if (!seconds) return fail_type(value, "a Timestamp");
  constexpr double kLimit = 9e12;  // in microseconds just within an int64
  if (std::abs(*seconds) > kLimit) {
    return base::fail(base::Errc::serialization, "Timestamp out of range at '" + at.path + "'");
  }
  out = base::from_micros(std::llround(*seconds * 1e6));
  return {};
}

base::Result<const Array*> read_list(const Value& value, const Rules& rules, const Place& at) {
  const Array* const list = value.as_array();
  if (list == nullptr) return fail_type(value, "a List");
  BERTH_CHECK(check_items(list->size(), rules, at));
  return list;
}

base::Result<const Object*> read_map(const Value& value, const Rules& rules, const Place& at) {
  const Object* const map = value.as_object();
  if (map == nullptr) return fail_type(value, "a Map");
  BERTH_CHECK(check_items(map->size(), rules, at));
  return map;
}

base::Result<void> require_object(const Value& value, const Place&) {
  if (value.as_object() == nullptr) return fail_type(value, "a Structure");
  return {};
}

}  // namespace berth::json
