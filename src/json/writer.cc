#include "json/writer.h"

#include <array>
#include <charconv>
#include <cmath>

#include "base/text.h"

namespace berth::json {

void Writer::separate() {
  if (comma_) out_ += ',';
  comma_ = true;
}

void Writer::open(char c) {
  separate();
  out_ += c;
  comma_ = false;
}

void Writer::close(char c) {
  out_ += c;
  comma_ = true;
}

void Writer::key(std::string_view name) {
  separate();
  out_.append(base::quote_json(name)) += ':';
  comma_ = false;
}

void Writer::string(std::string_view text) {
  separate();
  out_ += base::quote_json(text);
}

void Writer::integer(std::int64_t n) {
  separate();
  out_ += std::to_string(n);
}

void Writer::number(double d) {
  if (!std::isfinite(d)) return null();
  separate();
  if (d == 0) d = 0;  // without a sign, which a reader of whole numbers would lose
  const double size = std::abs(d);
  const bool plain = size == 0 || (size >= 1e-6 && size < 1e21);
  std::array<char, 64> digits;
  const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), d,
                                     plain ? std::chars_format::fixed : std::chars_format::scientific);
  out_.append(digits.data(), written.ptr);
}

void Writer::timestamp(base::Timestamp t) {
  separate();
  const std::int64_t micros = base::to_micros(t);
  // Unsigned, so that the smallest value has an absolute one.
  const std::uint64_t size = micros < 0 ? 0 - static_cast<std::uint64_t>(micros) : static_cast<std::uint64_t>(micros);
  std::string fraction = std::to_string(1'000'000 + size % 1'000'000).substr(1);
  fraction.erase(std::max<std::size_t>(fraction.find_last_not_of('0') + 1, 1));
  if (micros < 0) out_ += '-';
  out_.append(std::to_string(size / 1'000'000)).append(".").append(fraction);
}

void Writer::boolean(bool b) {
  separate();
  out_ += b ? "true" : "false";
}

void Writer::null() {
  separate();
  out_ += "null";
}

void Writer::value(const Value& v) {
  if (const auto* object = v.as_object()) {
    begin_object();
    for (const Member& member : *object) {
      key(member.name);
      value(member.value);
    }
    end_object();
  } else if (const auto* array = v.as_array()) {
    begin_array();
    for (const Value& element : *array) value(element);
    end_array();
  } else if (const auto* text = v.as_string()) {
    string(*text);
  } else if (const auto b = v.as_bool()) {
    boolean(*b);
  } else if (const auto n = v.as_int()) {
    integer(*n);
  } else if (const auto d = v.as_double()) {
    number(*d);
  } else {
    null();
  }
}

std::string write(const Value& value) {
  Writer out;
  out.value(value);
  return out.take();
}

}  // namespace berth::json
