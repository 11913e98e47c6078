#include "auth/origins.h"

#include <gtest/gtest.h>

namespace berth::auth {
namespace {

VpcEndpoint endpoint(std::string id, std::vector<std::string_view> networks, std::string listener = {}) {
  VpcEndpoint made{.vpce = "vpce-" + id, .vpc = "vpc-" + id, .networks = {}, .listener = std::move(listener)};
  for (const auto text : networks) made.networks.push_back(base::Network::parse(text).value());
  return made;
}

std::string vpce(const Origins& origins, std::string_view client, std::string_view listener = {}) {
  const auto origin = origins.at(Door::api, {.client = client, .listener = listener});
  return origin.endpoint ? origin.endpoint->vpce : "";
}

TEST(Origins, WithoutEndpointsAllIsFromOutside) {
  const auto origin = Origins().at(Door::dkr, {.client = "192.0.2.7",
                                               .listener = "vpce-1",
                                               .secure = true,
                                               .user_agent = "docker/28",
                                               .referer = "http://example.com/"});
  EXPECT_EQ(origin.source_ip, "192.0.2.7");
  EXPECT_TRUE(origin.secure);
  EXPECT_EQ(origin.user_agent, "docker/28");
  EXPECT_EQ(origin.referer, "http://example.com/");
  EXPECT_FALSE(origin.endpoint);
}

TEST(Origins, ByAddressOrByListener) {
  const Origins origins({endpoint("1", {"10.1.0.0/16", "2001:db8::/32"}), endpoint("2", {"10.0.0.0/8"}, "here")});
  EXPECT_EQ(vpce(origins, "10.1.2.3"), "vpce-1");
  EXPECT_EQ(vpce(origins, "2001:db8::9"), "vpce-1");
  EXPECT_EQ(vpce(origins, "10.2.2.3"), "vpce-2");
  EXPECT_EQ(vpce(origins, "11.2.2.3"), "");
  EXPECT_EQ(vpce(origins, "not an address"), "");
  EXPECT_EQ(vpce(origins, ""), "");
  EXPECT_EQ(vpce(origins, "10.1.2.3", "here"), "vpce-2");
  EXPECT_EQ(vpce(origins, "11.2.2.3", "here"), "vpce-2");
  EXPECT_EQ(vpce(origins, "11.2.2.3", "elsewhere"), "");
  EXPECT_EQ(origins.at(Door::api, {.client = "10.1.2.3"}).endpoint->vpc, "vpc-1");
}

}  // namespace
}  // namespace berth::auth
