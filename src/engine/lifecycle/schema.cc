#include "engine/lifecycle/schema.h"

#include "base/text.h"
#include "json/writer.h"

namespace berth::engine::lifecycle {
namespace {

// JSON schema's names of types, of which "integer" is one.
std::string_view type_of(const json::Value& value) {
  if (value.as_int()) return "integer";
  return value.kind();
}

void refuse_type(const json::Value& value, std::string_view allowed, Problems& problems) {
  problems.add("instance type (" + std::string(type_of(value)) +
               ") does not match any allowed primitive type (allowed: " + list_of({allowed}) + ")");
}

}  // namespace

void Problems::add(std::string text) {
  if (std::ranges::find(texts_, text) == texts_.end()) texts_.push_back(std::move(text));
}

std::string Problems::text() const {
  std::string out;
  for (const std::string& text : texts_) out += (out.empty() ? "" : "\n") + text;
  return out;
}

std::string list_of(const Names& names) {
  std::string out = "[";
  for (const std::string_view name : names) out += (out.size() > 1 ? "," : "") + base::quote_json(name);
  return out + "]";
}

void refuse_enum(const json::Value& value, const Names& possible, Problems& problems) {
  problems.add("instance value (" + json::write(value) + ") not found in enum (possible values: " + list_of(possible) +
               ")");
}

const json::Object* object_of(const json::Value& value, const Names& required, const Names& optional,
                              Problems& problems) {
  const json::Object* object = value.as_object();
  if (!object) {
    refuse_type(value, "object", problems);
    return nullptr;
  }
  Names missing;
  for (const std::string_view name : required) {
    if (!value.find(name)) missing.push_back(name);
  }
  Names unknown;
  for (const json::Member& member : *object) {
    if (std::ranges::find(required, member.name) == required.end() &&
        std::ranges::find(optional, member.name) == optional.end()) {
      unknown.push_back(member.name);
    }
  }
  std::ranges::sort(missing);
  std::ranges::sort(unknown);
  if (!missing.empty()) problems.add("object has missing required properties (" + list_of(missing) + ")");
  if (!unknown.empty()) {
    problems.add("object instance has properties which are not allowed by the schema: (" + list_of(unknown) + ")");
  }
  return object;
}

const std::string* string_of(const json::Value& value, Problems& problems) {
  if (!value.as_string()) refuse_type(value, "string", problems);
  return value.as_string();
}

std::optional<std::int64_t> integer_of(const json::Value& value, std::int64_t minimum, Problems& problems) {
  const auto number = value.as_int();
  if (!number) {
    refuse_type(value, "integer", problems);
    return std::nullopt;
  }
  if (*number < minimum) {
    problems.add("numeric instance is lower than the required minimum (minimum: " + std::to_string(minimum) +
                 ", found: " + std::to_string(*number) + ")");
    return std::nullopt;
  }
  return number;
}

const json::Array* array_of(const json::Value& value, std::size_t min, std::size_t max, Problems& problems) {
  const json::Array* array = value.as_array();
  if (!array) {
    refuse_type(value, "array", problems);
    return nullptr;
  }
  if (array->size() < min || array->size() > max) {
    const bool few = array->size() < min;
    problems.add("array is too " + std::string(few ? "short: must have at least " : "long: must have at most ") +
                 std::to_string(few ? min : max) + " elements but instance has " + std::to_string(array->size()) +
                 " elements");
    return nullptr;
  }
  return array;
}

std::vector<std::string> strings_of(const json::Value& value, std::size_t max_length, Problems& problems) {
  std::vector<std::string> out;
  const json::Array* array = array_of(value, 1, SIZE_MAX, problems);
  if (!array) return out;
  for (const json::Value& element : *array) {
    const std::string* text = string_of(element, problems);
    if (!text) continue;
    const std::size_t length = base::utf8_length(*text);
    if (length == 0 || length > max_length) {
      problems.add(
          "string " + json::write(element) + " is too " + (length == 0 ? "short" : "long") +
          " (length: " + std::to_string(length) + ", " +
          (length == 0 ? std::string("required minimum: 1") : "maximum allowed: " + std::to_string(max_length)) + ")");
    }
    out.push_back(*text);
  }
  return out;
}

}  // namespace berth::engine::lifecycle
