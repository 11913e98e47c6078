#include "base/bytes.h"

#include <gtest/gtest.h>

namespace berth::base {
namespace {

// RFC 4648 section 10.
TEST(Bytes, Base64Vectors) {
  const std::pair<std::string_view, std::string_view> vectors[] = {
      {"", ""},
      {"f", "Zg=="},
      {"fo", "Zm8="},
      {"foo", "Zm9v"},
      {"foob", "Zm9vYg=="},
      {"fooba", "Zm9vYmE="},
      {"foobar", "Zm9vYmFy"},
  };
  for (const auto& [plain, coded] : vectors) {
    EXPECT_EQ(to_base64(as_bytes(plain)), coded);
    EXPECT_EQ(from_base64(coded), plain);
    const std::string unpadded(coded.substr(0, coded.find('=')));
    EXPECT_EQ(to_base64url(as_bytes(plain)), unpadded);
    EXPECT_EQ(from_base64url(unpadded), plain);
  }
}

TEST(Bytes, Base64Alphabets) {
  EXPECT_EQ(to_base64(as_bytes("\xfb\xff")), "+/8=");
  EXPECT_EQ(to_base64url(as_bytes("\xfb\xff")), "-_8");
  EXPECT_EQ(from_base64("-_8="), std::nullopt);
  EXPECT_EQ(from_base64url("+/8"), std::nullopt);
}

TEST(Bytes, Base64HasOneSpelling) {
  for (const std::string_view bad :
       {"Z", "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zg==\n", " Zg==", "Z=g=", "====", "Zm\0v"}) {
    EXPECT_EQ(from_base64(bad), std::nullopt) << bad;
  }
  for (const std::string_view bad : {"Z", "Zg==", "Zh", "Zm9", "Z g"}) {
    EXPECT_EQ(from_base64url(bad), std::nullopt) << bad;
  }
}

TEST(Bytes, Hex) {
  const std::string raw("\x00\x7f\xff", 3);
  EXPECT_EQ(to_hex(as_bytes(raw)), "007fff");
  EXPECT_EQ(from_hex("007fFF"), raw);
  EXPECT_EQ(from_hex(""), "");
  for (const std::string_view bad : {"0", "0g", "0x", " 0", "00 "}) EXPECT_EQ(from_hex(bad), std::nullopt) << bad;
}

TEST(Bytes, EveryByteSurvives) {
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  EXPECT_EQ(from_base64(to_base64(as_bytes(all))), all);
  EXPECT_EQ(from_base64url(to_base64url(as_bytes(all))), all);
  EXPECT_EQ(from_hex(to_hex(as_bytes(all))), all);
  EXPECT_EQ(as_text(as_bytes(all)), all);
}

}  // namespace
}  // namespace berth::base
