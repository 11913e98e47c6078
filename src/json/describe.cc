#include "json/describe.h"

namespace berth::json {
namespace {

template <class Bounds>
void write_bounds(Writer& out, const std::optional<Bounds>& bounds) {
  if (!bounds) return;
  if (bounds->min != Bounds{}.min) {
    out.key("min");
    out.integer(bounds->min);
  }
  if (bounds->max != kUnbounded) {
    out.key("max");
    out.integer(bounds->max);
  }
}

// The members of a type's object, without its braces.
void write_type(Writer& out, const TypeDescription& type) {
  out.key("kind");
  out.string(name(type.kind));
  write_rules(out, type);
  if (type.kind == TypeKind::structure) {
    out.key("members");
    out.begin_array();
    for (const auto& member : type.members) {
      out.begin_object();
      out.key("name");
      out.string(member.name);
      out.key("required");
      out.boolean(member.required);
      write_type(out, member.type);
      out.end_object();
    }
    out.end_array();
  }
  for (const auto& element : type.element) {
    out.key("element");
    write_description(out, element);
  }
}

}  // namespace

std::string_view name(TypeKind kind) {
  switch (kind) {
    case TypeKind::string: return "string";
    case TypeKind::integer: return "integer";
    case TypeKind::number: return "number";
    case TypeKind::boolean: return "boolean";
    case TypeKind::blob: return "blob";
    case TypeKind::timestamp: return "timestamp";
    case TypeKind::structure: return "structure";
    case TypeKind::list: return "list";
    case TypeKind::map: return "map";
  }
  std::unreachable();
}

void write_rules(Writer& out, const TypeDescription& type) {
  write_bounds(out, type.rules.length);
  write_bounds(out, type.rules.range);
  write_bounds(out, type.rules.items);
  if (type.rules.pattern) {
    out.key("pattern");
    out.string(type.rules.pattern->regex);
  }
  if (!type.enum_names.empty()) {
    out.key("enum");
    out.begin_array();
    for (const auto& entry : type.enum_names) out.string(entry);
    out.end_array();
  }
}

void write_description(Writer& out, const TypeDescription& type) {
  out.begin_object();
  write_type(out, type);
  out.end_object();
}

}  // namespace berth::json
