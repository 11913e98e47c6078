// Which hosts and addresses Berth may connect to when somebody else chose the URL (server-side request forgery: OWASP
// "SSRF Prevention"). Only addresses of the public Internet, unless the operator named others.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

struct sockaddr;

namespace berth::fetch {

// An IPv4 address is ::ffff:a.b.c.d.
using Address = std::array<std::uint8_t, 16>;
std::optional<Address> parse_address(std::string_view text);     // "192.0.2.1", "::1", "[::1]"
std::optional<Address> address_of(const sockaddr& socket_name);  // nothing: neither IPv4 nor IPv6

// An address that anybody on the Internet may have. Not: loopback, private, shared (RFC 6598), link-local (metadata
// services of clouds), multicast, documentation, reserved ones; nor an IPv6 address that stands for such an IPv4 one.
bool is_public(const Address& address);

// Immutable; safe from any thread.
class AddressRules {
 public:
  // `allowed`: what is permitted besides public addresses: addresses, CIDR blocks and host names ("10.0.0.0/8",
  // "idp.internal"). invalid_parameter names the one that is neither.
  static base::Result<AddressRules> parse(const std::vector<std::string>& allowed);

  // May a URL with this host be connected to at this address? Asked for each connection, with the address that it will
  // really use, so that a name cannot point elsewhere the second time. A host that is allowed by name may have any
  // address but a link-local one.
  bool permits(std::string_view host, const Address& address) const;

  // Did the operator name this host, or the block that it lies in? Then plain http will do.
  bool names(std::string_view host) const;

 private:
  struct Block {
    Address address{};
    unsigned bits = 128;
  };
  bool in_block(const Address& address) const;

  std::vector<Block> blocks_;
  std::vector<std::string> hosts_;  // lower case
};

}  // namespace berth::fetch
