// JSON text, written front to back. The result is always valid JSON in valid UTF-8.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "json/value.h"

namespace berth::json {

// Compact, members in their order.
std::string write(const Value& value);

// Appends to a text of its own. The caller keeps begin/end and key/value in order; commas come by themselves. One
// owner.
class Writer {
 public:
  void begin_object() { open('{'); }
  void end_object() { close('}'); }
  void begin_array() { open('['); }
  void end_array() { close(']'); }
  void key(std::string_view name);

  // Bytes that are not UTF-8 become U+FFFD.
  void string(std::string_view text);
  void integer(std::int64_t n);
  // Plain decimal, the shortest that reads back the same; an exponent only from 1e21 on and below 1e-6. Not a number
  // and infinity, which JSON does not have, become null.
  void number(double d);
  // Epoch seconds with up to six decimals, always with a point ("1563223656.123", "0.0"), as AWS JSON services write.
  void timestamp(base::Timestamp t);
  void boolean(bool b);
  void null();
  void value(const Value& v);

  const std::string& text() const { return out_; }
  std::string take() { return std::move(out_); }

 private:
  void separate();
  void open(char c);
  void close(char c);

  std::string out_;
  bool comma_ = false;  // something stands before, at this level
};

}  // namespace berth::json
