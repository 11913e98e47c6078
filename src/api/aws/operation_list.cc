#include "api/aws/operation_list.h"

#include "json/writer.h"

namespace berth::api::aws {
namespace {

std::string_view botocore_name(json::TypeKind kind) {
  return kind == json::TypeKind::number ? "double" : json::name(kind);
}

void write_members(json::Writer& out, const json::TypeDescription& type);

// The members of a type's object, without its braces.
void write_type(json::Writer& out, const json::TypeDescription& type) {
  out.key("type");
  out.string(botocore_name(type.kind));
  json::write_rules(out, type);
  if (type.kind == json::TypeKind::structure) write_members(out, type);
  for (const auto& element : type.element) {
    out.key(type.kind == json::TypeKind::list ? "member" : "value");
    out.begin_object();
    write_type(out, element);
    out.end_object();
  }
}

void write_members(json::Writer& out, const json::TypeDescription& type) {
  out.key("members");
  out.begin_object();
  for (const auto& member : type.members) {
    out.key(member.name);
    out.begin_object();
    out.key("required");
    out.boolean(member.required);
    write_type(out, member.type);
    out.end_object();
  }
  out.end_object();
}

void write_shape(json::Writer& out, std::string_view key, json::TypeDescription (*describe)()) {
  if (describe == nullptr) return;
  out.key(key);
  out.begin_object();
  write_members(out, describe());
  out.end_object();
}

void write_operation(json::Writer& out, const OperationRow& row) {
  out.begin_object();
  out.key("name");
  out.string(row.name);
  out.key("implemented");
  out.boolean(row.built);
  out.key("errors");
  out.begin_array();
  for (const auto error : row.errors) out.string(error);
  out.end_array();
  write_shape(out, "input", row.input);
  write_shape(out, "output", row.output);
  out.end_object();
}

}  // namespace

void write_operations(json::Writer& out, std::span<const OperationRow> rows) {
  out.begin_array();
  for (const auto& row : rows) write_operation(out, row);
  out.end_array();
}

}  // namespace berth::api::aws
