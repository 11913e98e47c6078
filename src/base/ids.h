// Identifiers that the application makes itself.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace berth::base {

// A ULID: 26 characters, ascending by millisecond, then by the 80 bits of `entropy`.
std::string ulid(Timestamp now, std::span<const std::byte, 10> entropy);

// Whether `text` is a UUID in its usual lower-case spelling.
bool is_uuid(std::string_view text);

}  // namespace berth::base
