// The AWS Query protocol, answer side: a shape as XML.
//
// Lists as <Users><member>..</member></Users>, maps as <entry><key>..</key><value>..</value></entry>, times as
// 2026-01-01T00:00:00Z. An empty std::optional is left out.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/aws/xml.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "json/shape.h"
#include "json/shape_writer.h"

namespace berth::api::aws {

std::string xml_text(double number);
std::string xml_text(base::Timestamp time);  // whole seconds, as IAM shows them
inline const std::string& xml_text(const std::string& text) { return text; }
inline std::string xml_text(std::int64_t number) { return std::to_string(number); }
inline std::string xml_text(bool value) { return value ? "true" : "false"; }
inline std::string xml_text(const json::Blob& blob) { return base::to_base64(base::as_bytes(blob.bytes)); }

template <json::Field T>
void write_xml(XmlWriter& out, std::string_view name, const T& value);

class XmlShapeWriter {
 public:
  explicit XmlShapeWriter(XmlWriter& out) : out_(out) {}

  template <json::Field T, class... R>
  void req(std::string_view name, const T& member, R...) {
    write_xml(out_, name, member);
  }
  template <json::Field T, class... R>
  void opt(std::string_view name, const T& member, R...) {
    write_xml(out_, name, member);
  }
  template <json::Field T, class... R>
  void opt(std::string_view name, const std::optional<T>& member, R...) {
    if (member) write_xml(out_, name, *member);
  }

 private:
  XmlWriter& out_;
};

template <json::Field T>
void write_xml(XmlWriter& out, std::string_view name, const T& value) {
  if constexpr (json::kIsScalar<T>) {
    out.element(name, xml_text(value));
  } else if constexpr (json::NamedEnum<T>) {
    out.element(name, json::enum_name(value));
  } else {
    out.begin(name);
    if constexpr (json::Shape<T>) {
      XmlShapeWriter writer(out);
      const_cast<T&>(value).fields(writer);  // visits without changing, which fields() cannot say
    } else if constexpr (json::kIsList<T>) {
      for (const auto& element : value) write_xml<typename T::value_type>(out, "member", element);
    } else {
      for (const auto& [key, entry] : value) {
        out.begin("entry");
        out.element("key", key);
        write_xml(out, "value", entry);
        out.end();
      }
    }
    out.end();
  }
}

}  // namespace berth::api::aws
