// Text to Value, for text from strangers.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/error.h"
#include "json/value.h"

namespace berth::json {

// Memory stays within a small factor of the text's size plus some 200 bytes for each of `elements`.
struct Limits {
  std::size_t depth = 64;          // arrays and objects within each other
  std::size_t elements = 250'000;  // values and members in all
};

// RFC 8259, and nothing besides: no comments, no trailing commas or data, no byte order mark. Refuses what two readers
// could read differently: a name twice in one object (as decoded), invalid UTF-8, half a surrogate pair, a number too
// large for a double. Fails with `serialization`; the message says what and, for texts below 64 KiB, where ("syntax
// error at byte 17", counted from 1).
base::Result<Value> parse(std::string_view text, const Limits& limits = {});

}  // namespace berth::json
