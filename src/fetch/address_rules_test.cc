#include "fetch/address_rules.h"

#include <gtest/gtest.h>

namespace berth::fetch {
namespace {

Address at(std::string_view text) { return parse_address(text).value(); }

TEST(Address, Parsing) {
  EXPECT_EQ(at("::ffff:192.0.2.1"), at("192.0.2.1"));
  EXPECT_EQ(at("[::1]"), at("::1"));
  for (const std::string_view text : {"", "1.2.3", "1.2.3.4.5", "0x7f000001", "2130706433", "127.1", "1.2.3.256",
                                      "::1%lo", "[::1", "host", "1.2.3.4 "}) {
    EXPECT_FALSE(parse_address(text)) << text;
  }
}

TEST(Address, Public) {
  for (const std::string_view text :
       {"1.1.1.1", "8.8.8.8", "172.15.0.1", "172.32.0.1", "192.169.0.1", "100.63.0.1", "100.128.0.1", "223.255.255.255",
        "2606:4700:4700::1111", "2a00:1450:4001::1", "2002:0808:0808::1", "64:ff9b::8.8.8.8"}) {
    EXPECT_TRUE(is_public(at(text))) << text;
  }
}

TEST(Address, NotPublic) {
  for (const std::string_view text : {"0.0.0.0",
                                      "0.1.2.3",
                                      "10.0.0.1",
                                      "10.255.255.255",
                                      "100.64.0.1",
                                      "127.0.0.1",
                                      "127.255.0.1",
                                      "169.254.169.254",
                                      "172.16.0.1",
                                      "172.31.255.255",
                                      "192.0.0.1",
                                      "192.168.1.1",
                                      "198.18.0.1",
                                      "224.0.0.1",
                                      "255.255.255.255",
                                      "::",
                                      "::1",
                                      "::ffff:127.0.0.1",
                                      "::ffff:169.254.169.254",
                                      "::127.0.0.1",
                                      "fe80::1",
                                      "fec0::1",
                                      "fc00::1",
                                      "fd00:ec2::254",
                                      "ff02::1",
                                      "64:ff9b::a9fe:a9fe",
                                      "64:ff9b:1::1",
                                      "2001::1",
                                      "2001:db8::1",
                                      "3fff::1",
                                      "2002:7f00:1::",
                                      "2002:a9fe:a9fe::1",
                                      "100::1"}) {
    EXPECT_FALSE(is_public(at(text))) << text;
  }
}

TEST(AddressRules, PublicOnlyUnlessSaidOtherwise) {
  const auto rules = AddressRules::parse({}).value();
  EXPECT_TRUE(rules.permits("example.com", at("8.8.8.8")));
  EXPECT_FALSE(rules.permits("example.com", at("127.0.0.1")));
  EXPECT_FALSE(rules.names("example.com"));
  EXPECT_FALSE(rules.names("8.8.8.8"));
}

TEST(AddressRules, Blocks) {
  const auto rules = AddressRules::parse({"10.1.0.0/17", "127.0.0.1", "fd00::/8", "169.254.1.1"}).value();
  EXPECT_TRUE(rules.permits("x", at("10.1.127.255")));
  EXPECT_FALSE(rules.permits("x", at("10.1.128.0")));
  EXPECT_TRUE(rules.permits("x", at("::ffff:10.1.0.1")));
  EXPECT_TRUE(rules.permits("x", at("127.0.0.1")));
  EXPECT_FALSE(rules.permits("x", at("127.0.0.2")));
  EXPECT_TRUE(rules.permits("x", at("fd12::1")));
  EXPECT_TRUE(rules.permits("x", at("169.254.1.1")));
  EXPECT_TRUE(rules.names("127.0.0.1"));
  EXPECT_FALSE(rules.names("x"));
}

TEST(AddressRules, HostsButNeverLinkLocalOnes) {
  const auto rules = AddressRules::parse({"IdP.internal", "localhost"}).value();
  EXPECT_TRUE(rules.permits("idp.INTERNAL", at("10.0.0.1")));
  EXPECT_TRUE(rules.permits("localhost", at("127.0.0.1")));
  EXPECT_FALSE(rules.permits("other.internal", at("10.0.0.1")));
  EXPECT_FALSE(rules.permits("idp.internal.evil.example", at("10.0.0.1")));
  EXPECT_FALSE(rules.permits("idp.internal", at("169.254.169.254")));
  EXPECT_FALSE(rules.permits("idp.internal", at("fe80::1")));
  EXPECT_TRUE(rules.names("IDP.internal"));
}

TEST(AddressRules, RefusesWhatItDoesNotUnderstand) {
  for (const std::string entry : {"", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "::/129", "http://x", "a b", "x/8",
                                  "*.internal", "-x", "x:80"}) {
    EXPECT_FALSE(AddressRules::parse({entry})) << entry;
  }
  EXPECT_TRUE(AddressRules::parse({"0.0.0.0/0", "::/0"}).value().permits("x", at("169.254.169.254")));
}

}  // namespace
}  // namespace berth::fetch
