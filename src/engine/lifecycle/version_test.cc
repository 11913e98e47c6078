#include "engine/lifecycle/version.h"

#include <gtest/gtest.h>

namespace berth::engine::lifecycle {
namespace {

TEST(VersionTest, CutsBehindThePart) {
  EXPECT_EQ(version_line("1.9.3", VersionPart::major), (VersionLine{1, 0, 0}));
  EXPECT_EQ(version_line("1.9.3", VersionPart::minor), (VersionLine{1, 9, 0}));
  EXPECT_EQ(version_line("v1.9.3", VersionPart::patch), (VersionLine{1, 9, 3}));
  EXPECT_EQ(version_line("0.0.0", VersionPart::patch), (VersionLine{0, 0, 0}));
  EXPECT_EQ(version_line("1.10.0-rc.1", VersionPart::minor), (VersionLine{1, 10, 0}));
  EXPECT_EQ(version_line("2.0.0-alpine-3.20", VersionPart::patch), (VersionLine{2, 0, 0}));
  EXPECT_EQ(version_line("999999999999999999.0.0", VersionPart::major), (VersionLine{999'999'999'999'999'999, 0, 0}));
}

TEST(VersionTest, OrdersByNumber) {
  EXPECT_LT(*version_line("1.9.0", VersionPart::minor), *version_line("1.10.0", VersionPart::minor));
  EXPECT_LT(*version_line("9.0.0", VersionPart::major), *version_line("10.0.0", VersionPart::major));
}

TEST(VersionTest, OtherTagsAreNoVersions) {
  for (const auto* tag : {"",        "latest", "1",      "1.9",        "1.9.",
                          "1.9.3.4", "01.9.3", "1.09.3", "1..3",       "v",
                          "vv1.2.3", "V1.2.3", "1.2.3-", "1.2.3-a..b", "1.2.3-01",
                          "1.2.3_1", "x1.2.3", "1.2.x",  "-1.2.3",     "1000000000000000000.0.0"}) {
    EXPECT_FALSE(version_line(tag, VersionPart::patch).has_value()) << tag;
  }
}

}  // namespace
}  // namespace berth::engine::lifecycle
