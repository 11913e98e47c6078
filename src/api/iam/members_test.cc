#include "api/iam/members.h"

#include <gtest/gtest.h>

#include <string>

namespace berth::api::iam {
namespace {

TEST(Members, Names) {
  for (const auto* const good : {"a", "A_b+=,.@-9"}) EXPECT_TRUE(is_name(good)) << good;
  for (const auto* const wrong : {"", "a b", "a/b", "a\xC3\xBC", "a:b"}) EXPECT_FALSE(is_name(wrong)) << wrong;
}

TEST(Members, Paths) {
  for (const auto* const good : {"/", "/a/", "/a/b/", "/!~/"}) EXPECT_TRUE(is_path(good)) << good;
  for (const auto* const wrong : {"", "//", "a/", "/a", "/a b/", "/\x7F/"}) EXPECT_FALSE(is_path(wrong)) << wrong;
  for (const auto* const good : {"/", "/a", "/a/", "/\x7F"}) EXPECT_TRUE(is_path_prefix(good)) << good;
  for (const auto* const wrong : {"", "a", "/ "}) EXPECT_FALSE(is_path_prefix(wrong)) << wrong;
  for (const auto* const good : {"/", "/a/", "/a.b/c,+@=_-/"}) EXPECT_TRUE(is_policy_path(good)) << good;
  for (const auto* const wrong : {"", "//", "/a", "/a//b/", "/a!/"}) EXPECT_FALSE(is_policy_path(wrong)) << wrong;
}

TEST(Members, Texts) {
  EXPECT_TRUE(is_latin_text("{\t\n\r \x7F\u0080\u00FF}"));
  for (const auto* const wrong : {"", "\x01", "\u0100", "\u20AC"}) EXPECT_FALSE(is_latin_text(wrong)) << wrong;
  EXPECT_TRUE(is_description(""));
  EXPECT_TRUE(is_description("caf\u00E9\n"));
  for (const auto* const wrong : {"\x7F", "\u0080", "\u00A0", "\u0100"}) EXPECT_FALSE(is_description(wrong)) << wrong;
  EXPECT_TRUE(is_marker("ab c\u00FF"));
  EXPECT_FALSE(is_marker("a\n"));
  EXPECT_FALSE(is_marker(""));
}

TEST(Members, Versions) {
  for (const auto* const good : {"v1", "v10", "v1.", "v1.a-Z"}) EXPECT_TRUE(is_version_id(good)) << good;
  for (const auto* const wrong : {"", "v", "1", "v0", "v01", "v1a", "v1.a.b"})
    EXPECT_FALSE(is_version_id(wrong)) << wrong;
}

TEST(Members, Aliases) {
  for (const auto* const good : {"abc", "a-b", "0-9-a"}) EXPECT_TRUE(is_alias(good)) << good;
  for (const auto* const wrong : {"ab", "-ab", "ab-", "a--b", "Abc", "a.b"}) EXPECT_FALSE(is_alias(wrong)) << wrong;
  EXPECT_TRUE(is_alias(std::string(63, 'a')));
  EXPECT_FALSE(is_alias(std::string(64, 'a')));
}

TEST(Members, Tags) {
  EXPECT_TRUE(is_tag_key("a b_.:/=+-@\u5927"));
  EXPECT_FALSE(is_tag_key(""));
  EXPECT_FALSE(is_tag_key("a*"));
  EXPECT_TRUE(is_tag_value(""));
}

}  // namespace
}  // namespace berth::api::iam
