#include "crypto/random.h"

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <set>
#include <string>

#include "base/bytes.h"

namespace berth::crypto {
namespace {

// The published first outputs of splitmix64 for seed 1234567.
TEST(SeededRandom, IsSplitmix64) {
  SeededRandom random(1234567);
  std::array<std::uint64_t, 3> words{};
  random.fill(std::as_writable_bytes(std::span(words)));
  EXPECT_EQ(words[0], 6457827717110365317u);
  EXPECT_EQ(words[1], 3203168211198807973u);
  EXPECT_EQ(words[2], 9817491932198370423u);
}

TEST(SeededRandom, RepeatsForASeedAndDiffersBetweenSeeds) {
  SeededRandom a(1), b(1), c(2);
  const std::string first = random_bytes(a, 33);
  EXPECT_EQ(first, random_bytes(b, 33));
  EXPECT_NE(first, random_bytes(c, 33));
  EXPECT_NE(first, random_bytes(a, 33));
}

TEST(SystemRandom, FillsEveryLength) {
  SystemRandom random;
  for (const std::size_t n : {0u, 1u, 7u, 16u, 1000u}) EXPECT_EQ(random_bytes(random, n).size(), n);
  EXPECT_NE(random_bytes(random, 16), random_bytes(random, 16));
}

TEST(RandomUuid, IsVersion4) {
  SeededRandom random(7);
  std::set<std::string> seen;
  for (int i = 0; i < 200; ++i) {
    const std::string uuid = random_uuid(random);
    ASSERT_EQ(uuid.size(), 36u);
    for (std::size_t at = 0; at < uuid.size(); ++at) {
      const bool dash = at == 8 || at == 13 || at == 18 || at == 23;
      EXPECT_EQ(uuid[at] == '-', dash) << uuid;
      if (!dash) EXPECT_NE(std::string_view("0123456789abcdef").find(uuid[at]), std::string_view::npos) << uuid;
    }
    EXPECT_EQ(uuid[14], '4');
    EXPECT_NE(std::string_view("89ab").find(uuid[19]), std::string_view::npos);
    EXPECT_TRUE(seen.insert(uuid).second);
  }
}

TEST(RandomText, UsesTheAlphabetEvenly) {
  SeededRandom random(3);
  const std::string text = random_text(random, 30'000, "abc");  // 256 is not a multiple of 3
  std::map<char, int> count;
  for (const char c : text) ++count[c];
  ASSERT_EQ(count.size(), 3u);
  for (const auto& [letter, n] : count) EXPECT_NEAR(n, 10'000, 300) << letter;
  EXPECT_EQ(random_text(random, 5, "x"), "xxxxx");
  EXPECT_EQ(random_text(random, 0, "abc"), "");
}

}  // namespace
}  // namespace berth::crypto
