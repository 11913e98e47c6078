// Addresses and blocks of them (CIDR), IPv4 and IPv6.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/error.h"

namespace berth::base {

using IpAddress = std::array<std::uint8_t, 16>;  // IPv4 as ::ffff:a.b.c.d
std::optional<IpAddress> parse_ip(std::string_view text);

// A value.
class Network {
 public:
  // "192.0.2.1", "192.0.2.0/24", "2001:db8::/32". Bits behind the prefix do not matter. invalid_parameter.
  static Result<Network> parse(std::string_view text);

  bool contains(const IpAddress& address) const;
  bool contains(std::string_view address) const;  // false for what is no address

 private:
  Network(IpAddress address, unsigned bits) : address_(address), bits_(bits) {}
  IpAddress address_;
  unsigned bits_;
};

}  // namespace berth::base
