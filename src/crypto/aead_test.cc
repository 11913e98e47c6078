#include "crypto/aead.h"

#include <gtest/gtest.h>

#include <string>

#include "base/bytes.h"

namespace berth::crypto {
namespace {

using base::Errc;

SealingKey key(char fill) { return *SealingKey::from_bytes(std::string(32, fill)); }

bool refused(const base::Result<std::string>& opened) { return !opened && opened.error().code == Errc::corrupt; }

class FixedNonce final : public Random {
 public:
  void fill(std::span<std::byte> out) override { std::ranges::fill(out, std::byte{0}); }
};

// The GCM specification's test case 14: key, nonce and 16 plain bytes all zero.
TEST(SealingKey, Vector) {
  FixedNonce random;
  EXPECT_EQ(base::to_hex(base::as_bytes(key('\0').seal(std::string(16, '\0'), "", random))),
            "000000000000000000000000"
            "cea7403d4d606b6e074ec5d3baf39d18"
            "d0d1c8a799996bf0265b98b5d48ab919");
}

TEST(SealingKey, OpensWhatItSealed) {
  SeededRandom random(1);
  for (const std::size_t n : {0u, 1u, 16u, 17u, 5000u}) {
    const std::string plain = random_bytes(random, n);
    const std::string sealed = key('k').seal(plain, "where", random);
    EXPECT_EQ(sealed.size(), n + 28);
    auto opened = key('k').open(sealed, "where");
    ASSERT_TRUE(opened);
    EXPECT_EQ(*opened, plain);
  }
}

TEST(SealingKey, NeverSealsTheSameWayTwice) {
  SeededRandom random(1);
  EXPECT_NE(key('k').seal("plain", "", random), key('k').seal("plain", "", random));
}

TEST(SealingKey, RefusesAnotherKeyContextOrByte) {
  SeededRandom random(1);
  const std::string sealed = key('k').seal("secret access key", "account/1", random);
  EXPECT_TRUE(refused(key('K').open(sealed, "account/1")));
  EXPECT_TRUE(refused(key('k').open(sealed, "account/2")));
  EXPECT_TRUE(refused(key('k').open(sealed, "")));
  for (std::size_t at = 0; at < sealed.size(); ++at) {
    std::string changed = sealed;
    changed[at] ^= 1;
    EXPECT_TRUE(refused(key('k').open(changed, "account/1"))) << at;
    EXPECT_TRUE(refused(key('k').open(sealed.substr(0, at), "account/1"))) << at;
  }
  EXPECT_TRUE(refused(key('k').open(sealed + "x", "account/1")));
}

TEST(SealingKey, Has32Bytes) {
  for (const std::size_t n : {0u, 16u, 31u, 33u, 64u}) {
    auto made = SealingKey::from_bytes(std::string(n, 'x'));
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, Errc::corrupt);
  }
}

}  // namespace
}  // namespace berth::crypto
