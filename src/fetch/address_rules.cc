#include "fetch/address_rules.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <span>

#include "base/text.h"

namespace berth::fetch {
namespace {

constexpr unsigned kMappedBits = 96;

bool in(const Address& address, const Address& network, unsigned bits) {
  const unsigned whole = bits / 8;
  if (!std::equal(network.begin(), network.begin() + whole, address.begin())) return false;
  if (bits % 8 == 0) return true;
  const auto mask = static_cast<std::uint8_t>(0xff << (8 - bits % 8));
  return (network[whole] & mask) == (address[whole] & mask);
}

Address mapped(std::span<const std::uint8_t> four) {
  Address address{};
  address[10] = address[11] = 0xff;
  std::ranges::copy(four, address.begin() + 12);
  return address;
}

struct Range {
  std::array<std::uint8_t, 4> network;
  unsigned bits;
};
// IANA IPv4 Special-Purpose Address Registry: what is not globally reachable; multicast.
constexpr Range kSpecial4[] = {{{0, 0, 0, 0}, 8},      {{10, 0, 0, 0}, 8},     {{100, 64, 0, 0}, 10},
                               {{127, 0, 0, 0}, 8},    {{169, 254, 0, 0}, 16}, {{172, 16, 0, 0}, 12},
                               {{192, 0, 0, 0}, 24},   {{192, 0, 2, 0}, 24},   {{192, 88, 99, 0}, 24},
                               {{192, 168, 0, 0}, 16}, {{198, 18, 0, 0}, 15},  {{198, 51, 100, 0}, 24},
                               {{203, 0, 113, 0}, 24}, {{224, 0, 0, 0}, 4},    {{240, 0, 0, 0}, 4}};

bool is_mapped(const Address& address) {
  static constexpr std::array<std::uint8_t, 4> kZero{};
  return in(address, mapped(kZero), kMappedBits);
}

bool is_public4(const Address& address) {
  return std::ranges::none_of(
      kSpecial4, [&](const Range& range) { return in(address, mapped(range.network), kMappedBits + range.bits); });
}

// Only 2000::/3 is handed out; within it are blocks that carry an IPv4 address or are not for use.
bool is_public6(const Address& address) {
  if ((address[0] & 0xe0) != 0x20) {
    static constexpr Address kNat64{0x00, 0x64, 0xff, 0x9b};
    return in(address, kNat64, 96) && is_public4(mapped(std::span(address).subspan(12)));
  }
  static constexpr Address kProtocols{0x20, 0x01, 0x00, 0x00};      // 2001::/23, Teredo among them
  static constexpr Address kDocumentation{0x20, 0x01, 0x0d, 0xb8};  // 2001:db8::/32
  static constexpr Address kDocumentation2{0x3f, 0xff};             // 3fff::/20
  static constexpr Address k6to4{0x20, 0x02};                       // 2002::/16
  if (in(address, kProtocols, 23) || in(address, kDocumentation, 32) || in(address, kDocumentation2, 20)) return false;
  return !in(address, k6to4, 16) || is_public4(mapped(std::span(address).subspan(2, 4)));
}

bool is_link_local(const Address& address) {
  static constexpr std::array<std::uint8_t, 4> kLinkLocal4{169, 254, 0, 0};
  static constexpr Address kLinkLocal6{0xfe, 0x80};
  return in(address, mapped(kLinkLocal4), kMappedBits + 16) || in(address, kLinkLocal6, 10);
}

bool is_host_name(std::string_view text) {
  return !text.empty() && text.size() <= 253 && text.front() != '-' && text.front() != '.' &&
         std::ranges::all_of(
             text, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.'; });
}

}  // namespace

std::optional<Address> parse_address(std::string_view text) {
  if (text.size() > 2 && text.front() == '[' && text.back() == ']') text = text.substr(1, text.size() - 2);
  const std::string copy(text);
  std::array<std::uint8_t, 4> four{};
  if (::inet_pton(AF_INET, copy.c_str(), four.data()) == 1) return mapped(four);
  Address six{};
  if (::inet_pton(AF_INET6, copy.c_str(), six.data()) == 1) return six;
  return std::nullopt;
}

std::optional<Address> address_of(const sockaddr& socket_name) {
  Address address{};
  if (socket_name.sa_family == AF_INET) {
    std::array<std::uint8_t, 4> four{};
    std::memcpy(four.data(), &reinterpret_cast<const sockaddr_in&>(socket_name).sin_addr, four.size());
    return mapped(four);
  }
  if (socket_name.sa_family != AF_INET6) return std::nullopt;
  std::memcpy(address.data(), &reinterpret_cast<const sockaddr_in6&>(socket_name).sin6_addr, address.size());
  return address;
}

bool is_public(const Address& address) { return is_mapped(address) ? is_public4(address) : is_public6(address); }

base::Result<AddressRules> AddressRules::parse(const std::vector<std::string>& allowed) {
  AddressRules rules;
  for (const auto& entry : allowed) {
    const auto slash = entry.find('/');
    if (const auto address = parse_address(std::string_view(entry).substr(0, slash))) {
      const unsigned most = is_mapped(*address) ? 32 : 128;
      const auto bits =
          slash == std::string::npos ? std::optional(most) : base::parse_integer<unsigned>(entry.substr(slash + 1));
      if (bits && *bits <= most) {
        rules.blocks_.push_back({.address = *address, .bits = *bits + 128 - most});
        continue;
      }
    } else if (auto name = base::to_lower(entry); is_host_name(name)) {
      rules.hosts_.push_back(std::move(name));
      continue;
    }
    return base::fail(base::Errc::invalid_parameter,
                      "'" + base::escape_controls(entry) + "' is not an address, a CIDR block or a host name");
  }
  return rules;
}

bool AddressRules::in_block(const Address& address) const {
  return std::ranges::any_of(blocks_, [&](const Block& block) { return in(address, block.address, block.bits); });
}

bool AddressRules::permits(std::string_view host, const Address& address) const {
  if (is_public(address) || in_block(address)) return true;
  return !is_link_local(address) && std::ranges::find(hosts_, base::to_lower(host)) != hosts_.end();
}

bool AddressRules::names(std::string_view host) const {
  if (const auto address = parse_address(host)) return in_block(*address);
  return std::ranges::find(hosts_, base::to_lower(host)) != hosts_.end();
}

}  // namespace berth::fetch
