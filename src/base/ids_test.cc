#include "base/ids.h"

#include <gtest/gtest.h>

#include <array>

namespace berth::base {
namespace {

TEST(Ulid, FollowsTheSpecification) {
  std::array<std::byte, 10> zero{};
  EXPECT_EQ(ulid(from_micros(0), zero), "00000000000000000000000000");
  // The time part of the specification's example, 1469918176385 ms.
  EXPECT_EQ(ulid(from_micros(1'469'918'176'385'000), zero), "01ARYZ6S410000000000000000");
  std::array<std::byte, 10> ones{};
  ones.fill(std::byte{0xff});
  EXPECT_EQ(ulid(from_micros(1'469'918'176'385'000), ones), "01ARYZ6S41ZZZZZZZZZZZZZZZZ");
}

TEST(Ulid, AscendsWithTime) {
  std::array<std::byte, 10> low{};
  std::array<std::byte, 10> high{};
  high.fill(std::byte{0xff});
  EXPECT_LT(ulid(from_micros(1'000'000), high), ulid(from_micros(1'001'000), low));
}

TEST(Uuid, OnlyTheUsualSpelling) {
  EXPECT_TRUE(is_uuid("0f8fad5b-d9cb-469f-a165-70867728950e"));
  for (const auto* bad : {"", "0F8FAD5B-d9cb-469f-a165-70867728950e", "0f8fad5bd9cb469fa16570867728950e",
                          "0f8fad5b-d9cb-469f-a165-70867728950", "0f8fad5b-d9cb-469f-a165-70867728950e0",
                          "../../../../../../../../../etc/passw", "0f8fad5b_d9cb-469f-a165-70867728950e"}) {
    EXPECT_FALSE(is_uuid(bad)) << bad;
  }
}

}  // namespace
}  // namespace berth::base
