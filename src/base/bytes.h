// Views of bytes and their two text forms.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace berth::base {

using Bytes = std::span<const std::byte>;

inline Bytes as_bytes(std::string_view text) { return std::as_bytes(std::span(text.data(), text.size())); }
inline std::string_view as_text(Bytes bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

std::string to_hex(Bytes bytes);                                // lower case
std::optional<std::string> from_hex(std::string_view hex);      // either case; nullopt if odd or not hex
std::string to_base64(Bytes bytes);                             // RFC 4648, padded
std::string to_base64url(Bytes bytes);                          // RFC 4648 section 5, no padding
std::optional<std::string> from_base64(std::string_view text);  // strict: padding required, no white space
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace berth::base
