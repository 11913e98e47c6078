// What condition operators compare besides text. Of this room alone.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace berth::policy::detail {

// A date as IAM takes it: ISO 8601 ("2020-04-01", "2020-04-01T00:00:00Z", "...T02:00:00.5+02:00"; without an offset
// UTC) or seconds since 1970. In microseconds since 1970.
std::optional<std::int64_t> parse_date(std::string_view text);

// Decimal, with sign, fraction and exponent.
std::optional<double> parse_number(std::string_view text);

// An IPv4 or IPv6 address or CIDR block; an IPv4 address that is written within IPv6 (::ffff:1.2.3.4) is the IPv4 one.
struct Block {
  std::array<std::uint8_t, 16> address{};
  std::uint8_t bits = 128;
  bool v6 = false;

  bool contains(const Block& other) const;
};
std::optional<Block> parse_block(std::string_view text);

}  // namespace berth::policy::detail
