#include "net/proxies.h"

#include <arpa/inet.h>

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "net/head.h"

namespace berth::net {
namespace {

using Address = std::array<std::uint8_t, 16>;

std::optional<Address> parse_address(std::string_view text) {
  const std::string copy(text);
  Address address{};
  if (inet_pton(AF_INET6, copy.c_str(), address.data()) == 1) return address;
  std::fill_n(address.begin(), 10, std::uint8_t{0});
  address[10] = address[11] = 0xff;
  if (inet_pton(AF_INET, copy.c_str(), &address[12]) == 1) return address;
  return std::nullopt;
}

// "192.0.2.1", "192.0.2.1:80", "2001:db8::1", "[2001:db8::1]", "[2001:db8::1]:80" without what is not the address.
std::string_view bare_address(std::string_view text) {
  if (text.starts_with('[')) return text.substr(1, std::min(text.find(']'), text.size()) - 1);
  const auto colon = text.find(':');
  return text.find(':', colon + 1) == std::string_view::npos ? text.substr(0, colon) : text;
}

// Every element of a list field, the right-most first.
std::vector<std::string_view> from_the_right(const web::Headers& headers, std::string_view name) {
  std::vector<std::string_view> values;
  for (const auto& [key, value] : headers) {
    if (!web::equal_ignoring_case(key, name)) continue;
    for (const auto part : base::split(value, ',')) values.push_back(base::trim(part));
  }
  std::ranges::reverse(values);
  return values;
}

std::string_view right_most(const web::Headers& headers, std::string_view name) {
  const auto values = from_the_right(headers, name);
  return values.empty() ? std::string_view() : values.front();
}

}  // namespace

base::Result<TrustedProxies> TrustedProxies::parse(const std::vector<std::string>& blocks) {
  TrustedProxies proxies;
  for (const std::string_view text : blocks) {
    const auto slash = text.find('/');
    const auto address = parse_address(text.substr(0, slash));
    const bool v4 = !text.contains(':');
    const unsigned most = v4 ? 32 : 128;
    const auto bits = slash == std::string_view::npos ? most : base::parse_integer<unsigned>(text.substr(slash + 1));
    if (!address || !bits || *bits > most) {
      return base::fail(base::Errc::invalid_parameter, "not an address or a CIDR block: " + std::string(text));
    }
    proxies.blocks_.push_back({.address = *address, .bits = v4 ? *bits + 96 : *bits});
  }
  return proxies;
}

bool TrustedProxies::contains(const Address& address) const {
  return std::ranges::any_of(blocks_, [&](const Block& block) {
    const auto whole = block.bits / 8;
    if (!std::equal(address.begin(), address.begin() + whole, block.address.begin())) return false;
    const auto rest = block.bits % 8;
    return rest == 0 || (address[whole] ^ block.address[whole]) >> (8 - rest) == 0;
  });
}

bool TrustedProxies::contains(std::string_view address) const {
  const auto parsed = parse_address(address);
  return parsed && contains(*parsed);
}

std::string TrustedProxies::client_of(const web::Request& request) const {
  std::string client = request.peer;
  for (const auto value : from_the_right(request.headers, "X-Forwarded-For")) {
    const auto text = bare_address(value);
    const auto address = parse_address(text);
    if (!address) break;
    client = text;
    if (!contains(*address)) break;
  }
  return client;
}

void TrustedProxies::apply(web::Request& request) const {
  request.client = request.peer;
  request.trusted_peer = contains(request.peer);
  if (!request.trusted_peer) return;
  request.client = client_of(request);
  const auto scheme = base::to_lower(right_most(request.headers, "X-Forwarded-Proto"));
  if (scheme == "http" || scheme == "https") request.scheme = scheme;
  const auto host = right_most(request.headers, "X-Forwarded-Host");
  if (!host.empty() && valid_host(host)) request.host = host;
}

}  // namespace berth::net
