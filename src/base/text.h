// Small questions about text that every room asks. ASCII; no locale.
#pragma once

#include <charconv>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::base {

std::string_view trim(std::string_view text);                                // of space, tab, CR and LF at both ends
std::vector<std::string_view> split(std::string_view text, char separator);  // "a,,b" has three parts, "" has one
std::string to_lower(std::string_view text);
bool is_utf8(std::string_view text);  // RFC 3629
// Characters of a text that is valid UTF-8.
constexpr std::size_t utf8_length(std::string_view text) {
  std::size_t n = 0;
  for (const char c : text) n += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return n;
}

// The whole of `text` as a decimal number: no sign but a leading '-' of a signed T, no spaces, nothing after it.
// nullopt also if it does not fit.
template <std::integral T>
std::optional<T> parse_integer(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// With quotes, as RFC 8259 wants a string. Bytes that are not UTF-8 become U+FFFD.
std::string quote_json(std::string_view text);
void append_json(std::string& out, std::string_view text);  // the same, behind `out`
// The same without quotes, and with '"' and '\' as they are: for a line that a person reads.
std::string escape_controls(std::string_view text);

}  // namespace berth::base
