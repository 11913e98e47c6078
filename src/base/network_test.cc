#include "base/network.h"

#include <gtest/gtest.h>

namespace berth::base {
namespace {

bool in(std::string_view address, std::string_view network) { return Network::parse(network)->contains(address); }

TEST(Network, Contains) {
  EXPECT_TRUE(in("192.0.2.1", "192.0.2.1"));
  EXPECT_FALSE(in("192.0.2.2", "192.0.2.1"));
  EXPECT_TRUE(in("192.0.2.200", "192.0.2.0/24"));
  EXPECT_FALSE(in("192.0.3.1", "192.0.2.0/24"));
  EXPECT_TRUE(in("192.0.2.129", "192.0.2.128/25"));
  EXPECT_FALSE(in("192.0.2.127", "192.0.2.128/25"));
  EXPECT_TRUE(in("203.0.113.9", "0.0.0.0/0"));
  EXPECT_FALSE(in("2001:db8::1", "0.0.0.0/0"));
  EXPECT_TRUE(in("2001:db8:1::1", "2001:db8::/32"));
  EXPECT_FALSE(in("2001:db9::1", "2001:db8::/32"));
  EXPECT_TRUE(in("192.0.2.1", "::/0"));
  EXPECT_TRUE(in("::ffff:192.0.2.1", "192.0.2.0/24"));
  EXPECT_FALSE(in("", "0.0.0.0/0"));
  EXPECT_FALSE(in("host", "::/0"));
}

TEST(Network, RefusesWhatIsNone) {
  for (const auto* text : {"", "/", "host", "192.0.2.1/33", "192.0.2.1/", "192.0.2.1/-1", "192.0.2/24", "::1/129"}) {
    EXPECT_FALSE(Network::parse(text)) << text;
  }
}

}  // namespace
}  // namespace berth::base
