#include "crypto/hash.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace berth::crypto {
namespace {

using base::as_bytes;
using base::Errc;

std::string hex(std::string_view raw) { return base::to_hex(as_bytes(raw)); }

std::string digest_hex(HashAlgorithm algorithm, std::string_view text) {
  Hasher hasher(algorithm);
  hasher.update(as_bytes(text));
  return hex(hasher.finish());
}

// Long enough for three blocks of SHA-512, without a period that divides a block.
std::string sample() {
  std::string text;
  for (int i = 0; i < 400; ++i) text.push_back(static_cast<char>(i * 7 + i / 251));
  return text;
}

// FIPS 180-4 examples.
TEST(Hasher, Vectors) {
  EXPECT_EQ(digest_hex(HashAlgorithm::sha256, ""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(digest_hex(HashAlgorithm::sha256, "abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(digest_hex(HashAlgorithm::sha512, ""),
            "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
            "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e");
  EXPECT_EQ(digest_hex(HashAlgorithm::sha512, "abc"),
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
            "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
  EXPECT_EQ(digest_hex(HashAlgorithm::sha256, std::string(1'000'000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  EXPECT_EQ(sha256_hex(as_bytes("abc")), digest_hex(HashAlgorithm::sha256, "abc"));
}

class HasherState : public testing::TestWithParam<HashAlgorithm> {};

TEST_P(HasherState, EverySplitResumesToTheSameDigest) {
  const std::string text = sample();
  const std::string expected = digest_hex(GetParam(), text);
  for (std::size_t split = 0; split <= text.size(); ++split) {
    Hasher first(GetParam());
    first.update(as_bytes(std::string_view(text).substr(0, split)));
    const std::string state = first.save();
    EXPECT_LE(state.size(), 256u);
    auto second = Hasher::restore(state);
    ASSERT_TRUE(second) << split;
    EXPECT_EQ(second->algorithm(), GetParam());
    EXPECT_EQ(second->size(), split);
    EXPECT_EQ(second->save(), state);
    second->update(as_bytes(std::string_view(text).substr(split)));
    EXPECT_EQ(hex(second->finish()), expected) << split;
  }
}

TEST_P(HasherState, LookingInBetweenDoesNotDisturb) {
  Hasher hasher(GetParam());
  for (const char c : sample()) {
    hasher.save();
    Hasher(hasher).finish();
    hasher.update(as_bytes(std::string_view(&c, 1)));
  }
  EXPECT_EQ(hex(hasher.finish()), digest_hex(GetParam(), sample()));
}

TEST_P(HasherState, CountsBeyondFourGigabytes) {
  Hasher hasher(GetParam());
  std::string state = hasher.save();
  state[5] = 4;  // 4 << 32 bytes seen, a whole number of blocks
  auto restored = Hasher::restore(state);
  ASSERT_TRUE(restored);
  EXPECT_EQ(restored->size(), std::uint64_t{4} << 32);
  EXPECT_EQ(restored->save(), state);
}

TEST_P(HasherState, RefusesWhatItDidNotSave) {
  Hasher hasher(GetParam());
  hasher.update(as_bytes("some bytes"));
  const std::string good = hasher.save();
  const auto refused = [](const std::string& state) {
    auto restored = Hasher::restore(state);
    return !restored && restored.error().code == Errc::corrupt;
  };
  for (std::size_t n = 0; n < good.size(); ++n) EXPECT_TRUE(refused(good.substr(0, n))) << n;
  EXPECT_TRUE(refused(good + "x"));
  for (int version = 0; version < 256; ++version) {
    std::string state = good;
    state[0] = static_cast<char>(version);
    EXPECT_EQ(refused(state), version != good[0]);
  }
  for (int algorithm = 0; algorithm < 256; ++algorithm) {
    std::string state = good;
    state[1] = static_cast<char>(algorithm);
    EXPECT_EQ(refused(state), algorithm != good[1]);
  }
  std::string counts_more = good;
  counts_more[9] = 11;  // one byte more than is there
  EXPECT_TRUE(refused(counts_more));
  std::string too_long = good;
  too_long[2] = 0x20;  // 2^61 bytes
  EXPECT_TRUE(refused(too_long));
}

INSTANTIATE_TEST_SUITE_P(Algorithms, HasherState, testing::Values(HashAlgorithm::sha256, HashAlgorithm::sha512),
                         [](const auto& param) {
                           return param.param == HashAlgorithm::sha256 ? std::string("sha256") : std::string("sha512");
                         });

// RFC 4231, cases 1, 2, 3, 6 and 7.
TEST(Hmac, Vectors) {
  const auto mac = [](std::string_view key, std::string_view text) {
    return hex(hmac_sha256(as_bytes(key), as_bytes(text)));
  };
  EXPECT_EQ(mac(std::string(20, '\x0b'), "Hi There"),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(mac("Jefe", "what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(mac(std::string(20, '\xaa'), std::string(50, '\xdd')),
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
  EXPECT_EQ(mac(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First"),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  EXPECT_EQ(mac(std::string(131, '\xaa'),
                "This is a test using a larger than block-size key and a larger than block-size data. The key needs to "
                "be hashed before being used by the HMAC algorithm."),
            "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
  EXPECT_EQ(mac("", ""), "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST(EqualConstantTime, ComparesBytesAndLengths) {
  EXPECT_TRUE(equal_constant_time("", ""));
  EXPECT_TRUE(equal_constant_time("secret", "secret"));
  EXPECT_FALSE(equal_constant_time("secret", "secreT"));
  EXPECT_FALSE(equal_constant_time("secret", "secret "));
  EXPECT_FALSE(equal_constant_time(std::string_view("a\0b", 3), std::string_view("a\0c", 3)));
}

}  // namespace
}  // namespace berth::crypto
