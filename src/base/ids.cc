#include "base/ids.h"

#include <array>
#include <string_view>

namespace berth::base {

std::string ulid(Timestamp now, std::span<const std::byte, 10> entropy) {
  constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  std::array<unsigned, 16> bytes{};
  auto millis = static_cast<std::uint64_t>(to_micros(now) / 1000);
  for (std::size_t i = 6; i-- > 0; millis >>= 8) bytes[i] = static_cast<unsigned>(millis & 0xff);
  for (std::size_t i = 0; i < 10; ++i) bytes[6 + i] = std::to_integer<unsigned>(entropy[i]);
  // 128 bits in 26 characters of five bits: the first carries only three.
  std::string out;
  out.reserve(26);
  unsigned buffer = 0;
  int bits = 2;
  for (const unsigned byte : bytes) {
    buffer = (buffer << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      out += kAlphabet[(buffer >> bits) & 31];
    }
  }
  return out;
}

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? c != '-' : !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) return false;
  }
  return true;
}

}  // namespace berth::base
