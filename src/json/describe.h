// The visitor that tells what a shape declares, so that a test can compare it with a published model.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/rules.h"
#include "json/shape.h"
#include "json/writer.h"

namespace berth::json {

enum class TypeKind : std::uint8_t { string, integer, number, boolean, blob, timestamp, structure, list, map };
std::string_view name(TypeKind kind);

struct MemberDescription;

struct TypeDescription {
  TypeKind kind = TypeKind::string;
  Rules rules;
  std::vector<std::string> enum_names;     // of a string that is an enumeration
  std::vector<MemberDescription> members;  // of a structure
  std::vector<TypeDescription> element;    // of a list, or the values of a map: one
};

struct MemberDescription {
  std::string name;
  bool required = false;
  TypeDescription type;
};

// The members of a type's object that tell its rules: "min", "max", "pattern", "enum".
void write_rules(Writer& out, const TypeDescription& type);

// {"kind":"structure","members":[{"name":"..","required":true,"kind":"string","min":2,"max":256,"pattern":".."},..]}
// A list or map carries "min" and "max" of its items, and "element".
void write_description(Writer& out, const TypeDescription& type);

template <Field T>
TypeDescription describe_field(const Rules& rules);

class Describer {
 public:
  template <Field T, class... R>
  void req(std::string_view name, T&, R... rules) {
    members_.push_back({std::string(name), true, describe_field<T>(Rules::of(rules...))});
  }
  template <Field T, class... R>
  void opt(std::string_view name, T&, R... rules) {
    members_.push_back({std::string(name), false, describe_field<T>(Rules::of(rules...))});
  }
  template <Field T, class... R>
  void opt(std::string_view name, std::optional<T>&, R... rules) {
    members_.push_back({std::string(name), false, describe_field<T>(Rules::of(rules...))});
  }

  std::vector<MemberDescription> take() { return std::move(members_); }

 private:
  std::vector<MemberDescription> members_;
};

template <class T>
constexpr TypeKind kind_of() {
  if constexpr (std::same_as<T, std::string> || NamedEnum<T>)
    return TypeKind::string;
  else if constexpr (std::same_as<T, std::int64_t>)
    return TypeKind::integer;
  else if constexpr (std::same_as<T, double>)
    return TypeKind::number;
  else if constexpr (std::same_as<T, bool>)
    return TypeKind::boolean;
  else if constexpr (std::same_as<T, Blob>)
    return TypeKind::blob;
  else if constexpr (std::same_as<T, base::Timestamp>)
    return TypeKind::timestamp;
  else if constexpr (Shape<T>)
    return TypeKind::structure;
  else if constexpr (kIsList<T>)
    return TypeKind::list;
  else
    return TypeKind::map;
}

template <Field T>
TypeDescription describe_field(const Rules& rules) {
  TypeDescription type{.kind = kind_of<T>(), .rules = rules, .enum_names = {}, .members = {}, .element = {}};
  if constexpr (NamedEnum<T>) {
    for (const auto& entry : enum_names(T{})) type.enum_names.emplace_back(entry.first);
  } else if constexpr (Shape<T>) {
    T shape{};
    Describer describer;
    shape.fields(describer);
    type.members = describer.take();
  } else if constexpr (kIsList<T> || kIsMap<T>) {
    Rules inner = rules;
    inner.items.reset();
    type.rules = {.length = {}, .range = {}, .items = rules.items, .pattern = {}};
    if constexpr (kIsList<T>) {
      type.element.push_back(describe_field<typename T::value_type>(inner));
    } else {
      type.element.push_back(describe_field<typename T::mapped_type>(inner));
    }
  }
  return type;
}

}  // namespace berth::json
