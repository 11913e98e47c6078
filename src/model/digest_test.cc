#include "model/digest.h"

#include <gtest/gtest.h>

#include <unordered_set>
#include <vector>

namespace berth::model {
namespace {

const std::string kHex64(64, 'a');
const std::string kHex128(128, '0');

TEST(Digest, ReadsBothAlgorithms) {
  const auto short_one = Digest::parse("sha256:" + kHex64);
  ASSERT_TRUE(short_one);
  EXPECT_EQ(short_one->algorithm(), DigestAlgorithm::sha256);
  EXPECT_EQ(short_one->hex(), kHex64);
  EXPECT_EQ(short_one->text(), "sha256:" + kHex64);
  const auto long_one = Digest::parse("sha512:" + kHex128);
  ASSERT_TRUE(long_one);
  EXPECT_EQ(long_one->algorithm(), DigestAlgorithm::sha512);
  EXPECT_EQ(long_one->hex(), kHex128);
}

TEST(Digest, HasOneSpelling) {
  std::string upper = "sha256:" + kHex64;
  upper[10] = 'A';
  for (const std::string& bad : std::vector<std::string>{std::string(),
                                                         std::string(":"),
                                                         kHex64,
                                                         "sha256:" + kHex64.substr(1),
                                                         "sha256:" + kHex64 + "a",
                                                         "sha256:" + kHex128,
                                                         "sha512:" + kHex64,
                                                         upper,
                                                         "SHA256:" + kHex64,
                                                         "sha256:" + std::string(64, 'g'),
                                                         "sha256:" + std::string(63, 'a') + "\n",
                                                         "sha256:" + std::string(63, 'a') + std::string(1, '\0'),
                                                         "sha256: " + kHex64.substr(1),
                                                         " sha256:" + kHex64,
                                                         "sha256::" + kHex64.substr(1),
                                                         "sha384:" + std::string(96, 'a'),
                                                         "md5:" + std::string(32, 'a'),
                                                         "sha256+b64:" + kHex64,
                                                         "sha256:../../../../etc/passwd",
                                                         "sha256:" + std::string(60, 'a') + "/../",
                                                         "sha256%3A" + kHex64,
                                                         "blake3:" + kHex64}) {
    const auto parsed = Digest::parse(bad);
    ASSERT_FALSE(parsed) << bad;
    EXPECT_EQ(parsed.error().code, base::Errc::digest_invalid) << bad;
  }
}

TEST(Digest, ComesFromRawBytes) {
  const std::string raw = std::string(31, '\0') + "\xfe";
  const auto digest = Digest::from_raw(DigestAlgorithm::sha256, raw);
  EXPECT_EQ(digest.text(), "sha256:" + std::string(62, '0') + "fe");
  EXPECT_EQ(*Digest::parse(digest.text()), digest);
}

TEST(Digest, OrdersAndHashesAsText) {
  const auto a = *Digest::parse("sha256:" + std::string(64, 'a'));
  const auto b = *Digest::parse("sha256:" + std::string(64, 'b'));
  EXPECT_LT(a, b);
  EXPECT_EQ((std::unordered_set<Digest>{a, b, a}.size()), 2U);
}

TEST(DigestAlgorithm, KnowsTwo) {
  EXPECT_EQ(digest_algorithm_from("sha256"), DigestAlgorithm::sha256);
  EXPECT_EQ(digest_algorithm_from("sha512"), DigestAlgorithm::sha512);
  EXPECT_EQ(name(DigestAlgorithm::sha512), "sha512");
  for (const auto* bad : {"", "sha1", "sha384", "SHA256", "sha256 "}) EXPECT_FALSE(digest_algorithm_from(bad)) << bad;
}

}  // namespace
}  // namespace berth::model
