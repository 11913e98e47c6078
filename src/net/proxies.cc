#include "net/proxies.h"

#include <algorithm>

#include "base/text.h"
#include "net/head.h"

namespace berth::net {
namespace {

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
  for (const auto& text : blocks) {
    BERTH_TRY(auto block, base::Network::parse(text));
    proxies.blocks_.push_back(block);
  }
  return proxies;
}

bool TrustedProxies::contains(std::string_view address) const {
  if (blocks_.empty()) return false;
  const auto parsed = base::parse_ip(address);
  return parsed && std::ranges::any_of(blocks_, [&](const base::Network& block) { return block.contains(*parsed); });
}

std::string TrustedProxies::client_of(const web::Request& request) const {
  std::string client = request.peer;
  for (const auto value : from_the_right(request.headers, "X-Forwarded-For")) {
    const auto text = bare_address(value);
    if (!base::parse_ip(text)) break;
    client = text;
    if (!contains(text)) break;
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
