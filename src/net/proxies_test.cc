#include "net/proxies.h"

#include <gtest/gtest.h>

namespace berth::net {
namespace {

web::Request request(std::string peer, std::initializer_list<web::Headers::Field> fields) {
  web::Request request;
  request.peer = std::move(peer);
  request.scheme = "http";
  request.host = "inside";
  for (const auto& [name, value] : fields) request.headers.add(name, value);
  return request;
}

const TrustedProxies kProxies = TrustedProxies::parse({"10.0.0.0/8", "192.0.2.1", "2001:db8::/33"}).value();

TEST(TrustedProxies, Contains) {
  EXPECT_TRUE(kProxies.contains("10.255.0.1"));
  EXPECT_TRUE(kProxies.contains("::ffff:10.1.2.3"));
  EXPECT_TRUE(kProxies.contains("192.0.2.1"));
  EXPECT_TRUE(kProxies.contains("2001:db8:7fff::1"));
  for (const auto* other : {"11.0.0.1", "192.0.2.2", "2001:db8:8000::1", "::a00:1", "", "x", "10.0.0"}) {
    EXPECT_FALSE(kProxies.contains(other)) << other;
  }
  EXPECT_TRUE(TrustedProxies::parse({"0.0.0.0/0"}).value().contains("1.2.3.4"));
  EXPECT_FALSE(TrustedProxies::parse({"0.0.0.0/0"}).value().contains("2001:db8::1"));
}

TEST(TrustedProxies, RefusesWhatIsNoBlock) {
  for (const auto* text : {"", "x", "10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/-1", "10.0.0/8", "/8"}) {
    EXPECT_FALSE(TrustedProxies::parse({text})) << text;
  }
}

TEST(TrustedProxies, NobodyElseSpeaksForAClient) {
  auto r = request("203.0.113.9",
                   {{"X-Forwarded-For", "1.1.1.1"}, {"X-Forwarded-Proto", "https"}, {"X-Forwarded-Host", "evil"}});
  kProxies.apply(r);
  EXPECT_FALSE(r.trusted_peer);
  EXPECT_EQ(r.client, "203.0.113.9");
  EXPECT_EQ(r.scheme, "http");
  EXPECT_EQ(r.host, "inside");
}

TEST(TrustedProxies, TheRightMostStrangerIsTheClient) {
  auto r = request("10.0.0.1", {{"X-Forwarded-For", "6.6.6.6, 203.0.113.9:4711"},
                                {"x-forwarded-for", "10.9.9.9"},
                                {"X-Forwarded-Proto", "http, HTTPS"},
                                {"X-Forwarded-Host", "evil.example, r.example:443"}});
  kProxies.apply(r);
  EXPECT_TRUE(r.trusted_peer);
  EXPECT_EQ(r.client, "203.0.113.9");
  EXPECT_EQ(r.scheme, "https");
  EXPECT_EQ(r.host, "r.example:443");
}

TEST(TrustedProxies, OddValues) {
  const auto client = [](const std::string& forwarded) {
    auto r = request("10.0.0.1",
                     {{"X-Forwarded-For", forwarded}, {"X-Forwarded-Proto", "ftp"}, {"X-Forwarded-Host", "a b"}});
    kProxies.apply(r);
    EXPECT_EQ(r.scheme, "http");
    EXPECT_EQ(r.host, "inside");
    return r.client;
  };
  EXPECT_EQ(client(""), "10.0.0.1");
  EXPECT_EQ(client("unknown"), "10.0.0.1");
  EXPECT_EQ(client("1.2.3.4, junk, 10.0.0.2"), "10.0.0.2");
  EXPECT_EQ(client("10.0.0.3, 10.0.0.2"), "10.0.0.3");
  EXPECT_EQ(client("[2606:4700::1]:443"), "2606:4700::1");
  EXPECT_EQ(client("2606:4700::1"), "2606:4700::1");
  EXPECT_EQ(client("["), "10.0.0.1");
}

}  // namespace
}  // namespace berth::net
