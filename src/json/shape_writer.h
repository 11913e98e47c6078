// The visitor that writes a shape.
#pragma once

#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "json/shape.h"
#include "json/writer.h"

namespace berth::json {

class ShapeWriter;

template <Field T>
void write_field(Writer& out, const T& value);

// Visits the shape without changing it, which the signature of fields() cannot say.
template <Shape T>
void write_shape(Writer& out, const T& shape);

class ShapeWriter {
 public:
  explicit ShapeWriter(Writer& out) : out_(out) {}

  template <Field T, class... R>
  void req(std::string_view name, const T& member, R...) {
    out_.key(name);
    write_field(out_, member);
  }
  template <Field T, class... R>
  void opt(std::string_view name, const T& member, R...) {
    req(name, member);
  }
  template <Field T, class... R>
  void opt(std::string_view name, const std::optional<T>& member, R...) {
    if (member) req(name, *member);
  }

 private:
  Writer& out_;
};

inline void write_scalar(Writer& out, const std::string& text) { out.string(text); }
inline void write_scalar(Writer& out, std::int64_t n) { out.integer(n); }
inline void write_scalar(Writer& out, double d) { out.number(d); }
inline void write_scalar(Writer& out, bool b) { out.boolean(b); }
inline void write_scalar(Writer& out, const Blob& blob) { out.string(base::to_base64(base::as_bytes(blob.bytes))); }
inline void write_scalar(Writer& out, base::Timestamp t) { out.timestamp(t); }

// A value outside the table is a bug, and is written as an empty string.
template <NamedEnum T>
std::string_view enum_name(T value) {
  for (const auto& [name, e] : enum_names(T{})) {
    if (e == value) return name;
  }
  return {};
}

template <Field T>
void write_field(Writer& out, const T& value) {
  if constexpr (kIsScalar<T>) {
    write_scalar(out, value);
  } else if constexpr (NamedEnum<T>) {
    out.string(enum_name(value));
  } else if constexpr (Shape<T>) {
    write_shape(out, value);
  } else if constexpr (kIsList<T>) {
    out.begin_array();
    for (const auto& element : value) write_field<typename T::value_type>(out, element);
    out.end_array();
  } else {
    out.begin_object();
    for (const auto& [key, entry] : value) {
      out.key(key);
      write_field(out, entry);
    }
    out.end_object();
  }
}

template <Shape T>
void write_shape(Writer& out, const T& shape) {
  out.begin_object();
  ShapeWriter writer(out);
  const_cast<T&>(shape).fields(writer);
  out.end_object();
}

}  // namespace berth::json
