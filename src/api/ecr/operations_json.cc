#include "api/ecr/operations.h"
#include "json/writer.h"

namespace berth::api::ecr {
namespace {

std::string_view botocore_name(json::TypeKind kind) {
  return kind == json::TypeKind::number ? "double" : json::name(kind);
}

void write_members(json::Writer& out, const json::TypeDescription& type);

// The members of a type's object, without its braces.
void write_type(json::Writer& out, const json::TypeDescription& type) {
  out.key("type");
  out.string(botocore_name(type.kind));
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

void write_operation(json::Writer& out, const Operation& operation) {
  out.begin_object();
  out.key("name");
  out.string(operation.name);
  out.key("implemented");
  out.boolean(operation.run != nullptr);
  out.key("errors");
  out.begin_array();
  for (std::size_t i = 0; i < kExceptionNames.size(); ++i) {
    if (operation.errors.contains(static_cast<Exception>(i))) out.string(kExceptionNames[i]);
  }
  out.end_array();
  write_shape(out, "input", operation.input);
  write_shape(out, "output", operation.output);
  out.end_object();
}

}  // namespace

std::string operations_json() {
  json::Writer out;
  out.begin_object();
  out.key("operations");
  out.begin_array();
  for (const auto& operation : operations()) write_operation(out, operation);
  out.end_array();
  out.end_object();
  return out.take();
}

}  // namespace berth::api::ecr
