#include "auth/origins.h"

#include <algorithm>

namespace berth::auth {

const VpcEndpoint* Origins::endpoint_of(const Arrival& arrival) const {
  if (endpoints_.empty()) return nullptr;
  if (!arrival.listener.empty()) {
    const auto own = std::ranges::find(endpoints_, arrival.listener, &VpcEndpoint::listener);
    if (own != endpoints_.end()) return &*own;
  }
  const auto address = base::parse_ip(arrival.client);
  if (!address) return nullptr;
  const auto near = std::ranges::find_if(endpoints_, [&](const VpcEndpoint& each) {
    return std::ranges::any_of(each.networks, [&](const base::Network& network) { return network.contains(*address); });
  });
  return near == endpoints_.end() ? nullptr : &*near;
}

Origin Origins::at(Door door, const Arrival& arrival) const {
  Origin origin{.source_ip = std::string(arrival.client),
                .secure = arrival.secure,
                .user_agent = std::string(arrival.user_agent),
                .referer = std::string(arrival.referer)};
  if (const auto* const endpoint = endpoint_of(arrival)) {
    origin.endpoint = ViaEndpoint{.vpce = endpoint->vpce,
                                  .vpc = endpoint->vpc,
                                  .policy = door == Door::api ? endpoint->api_policy : endpoint->dkr_policy};
  }
  return origin;
}

}  // namespace berth::auth
