#include "base/network.h"

#include <arpa/inet.h>

#include <algorithm>
#include <string>

#include "base/text.h"

namespace berth::base {

std::optional<IpAddress> parse_ip(std::string_view text) {
  const std::string copy(text);
  IpAddress address{};
  if (inet_pton(AF_INET6, copy.c_str(), address.data()) == 1) return address;
  std::fill_n(address.begin(), 10, std::uint8_t{0});
  address[10] = address[11] = 0xff;
  if (inet_pton(AF_INET, copy.c_str(), &address[12]) == 1) return address;
  return std::nullopt;
}

Result<Network> Network::parse(std::string_view text) {
  const auto slash = text.find('/');
  const auto address = parse_ip(text.substr(0, slash));
  const bool v4 = !text.contains(':');
  const unsigned most = v4 ? 32 : 128;
  const auto bits = slash == std::string_view::npos ? most : parse_integer<unsigned>(text.substr(slash + 1));
  if (!address || !bits || *bits > most) {
    return fail(Errc::invalid_parameter, "not an address or a CIDR block: " + std::string(text));
  }
  return Network(*address, v4 ? *bits + 96 : *bits);
}

bool Network::contains(const IpAddress& address) const {
  const auto whole = bits_ / 8;
  if (!std::equal(address.begin(), address.begin() + whole, address_.begin())) return false;
  const auto rest = bits_ % 8;
  return rest == 0 || (address[whole] ^ address_[whole]) >> (8 - rest) == 0;
}

bool Network::contains(std::string_view address) const {
  const auto parsed = parse_ip(address);
  return parsed && contains(*parsed);
}

}  // namespace berth::base
