// The values that are a checked text.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <unordered_set>

#include "model/account_id.h"
#include "model/image_reference.h"
#include "model/region.h"
#include "model/registry_alias.h"
#include "model/repository_name.h"
#include "model/tag.h"

namespace berth::model {
namespace {

using base::Errc;
using testing::HasSubstr;

TEST(AccountId, IsTwelveDigits) {
  EXPECT_EQ(AccountId::parse("123456789012")->text(), "123456789012");
  EXPECT_TRUE(AccountId::parse("000000000000"));
  for (const auto* bad :
       {"", "12345678901", "1234567890123", "12345678901a", " 23456789012", "12345678901\n", "-12345678901"}) {
    const auto parsed = AccountId::parse(bad);
    ASSERT_FALSE(parsed) << bad;
    EXPECT_EQ(parsed.error().code, Errc::invalid_parameter);
    EXPECT_EQ(parsed.error().message,
              "Invalid parameter at 'registryId' failed to satisfy constraint: 'must satisfy regular expression "
              "'[0-9]{12}''");
  }
  EXPECT_FALSE(AccountId::parse(std::string_view("12345678901\0", 12)));
}

TEST(Region, HasItsFormAndPartition) {
  EXPECT_EQ(Region::parse("us-east-1")->partition(), "aws");
  EXPECT_EQ(Region::parse("cn-north-1")->partition(), "aws-cn");
  EXPECT_EQ(Region::parse("us-gov-west-1")->partition(), "aws-us-gov");
  EXPECT_TRUE(Region::parse("my-rack-7"));
  for (const auto* bad : {"", "a", "US-EAST-1", "us_east_1", "us.east", "../etc", "aaaaaaaaaaaaaaaaaaaaaaaaaa"}) {
    EXPECT_FALSE(Region::parse(bad)) << bad;
  }
}

TEST(RepositoryName, TakesWhatEcrTakes) {
  for (const auto* good : {"ab", "a1", "0a", "team/app", "a/b/c/d", "a.b", "a_b", "a__b", "a-b", "a---b",
                           "my-app/v2.0_x", "a/b-c__d.e", "library/hello-world", "123"}) {
    EXPECT_TRUE(RepositoryName::parse(good)) << good;
  }
  EXPECT_TRUE(RepositoryName::parse(std::string(256, 'a')));
}

TEST(RepositoryName, RefusesTheRest) {
  for (const auto* bad : {"",         "a",
                          "A",        "Team/app",
                          "team/App", "/ab",
                          "ab/",      "a//b",
                          "a..b",     "a._b",
                          "a___b",    "a-_b",
                          "a.-b",     "a-.b",
                          ".ab",      "-ab",
                          "_ab",      "ab.",
                          "ab-",      "ab_",
                          "a/-b",     "a-/b",
                          "a/.b",     "..",
                          "../ab",    "a/../b",
                          "ab/..",    "a b",
                          "a:b",      "a@b",
                          "ab\n",     "a%2fb",
                          "a\\b",     "\xc3\xa9t\xc3\xa9",
                          "a/b/"}) {
    const auto parsed = RepositoryName::parse(bad);
    ASSERT_FALSE(parsed) << bad;
    EXPECT_EQ(parsed.error().code, Errc::name_invalid);
  }
  EXPECT_FALSE(RepositoryName::parse(std::string(257, 'a')));
  EXPECT_FALSE(RepositoryName::parse(std::string_view("a\0b", 3)));
}

TEST(RepositoryName, MatchesInLinearTime) {
  const auto start = std::chrono::steady_clock::now();
  EXPECT_FALSE(RepositoryName::matches(std::string(1'000'000, '-') + "a"));
  EXPECT_TRUE(RepositoryName::matches("a" + std::string(1'000'000, '-') + "a"));
  std::string pairs = "a";
  for (int i = 0; i < 500'000; ++i) pairs += "-a";
  EXPECT_FALSE(RepositoryName::matches(pairs + "."));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

TEST(RepositoryName, OfPublicRepositoriesIsPartedByOneCharacter) {
  for (const auto* good : {"ab", "team/app", "a-b.c_d", "a/b/c", "0/1"}) {
    EXPECT_TRUE(RepositoryName::matches_public(good)) << good;
  }
  for (const auto* bad : {"", "a__b", "a--b", "a---b", "a//b", "/a", "a/", "A", "a.-b", "-a", "a_"}) {
    EXPECT_FALSE(RepositoryName::matches_public(bad)) << bad;
  }
}

TEST(AliasName, FollowsTheModelsPattern) {
  for (const auto* good : {"a1b2c3d4", "ab", "docker", "my-org.name_2", "a1-2"}) {
    EXPECT_TRUE(AliasName::parse(good)) << good;
  }
  for (const auto* bad : {"", "a", "1a", "a-b", "ab-", "ab--c", "ab._c", "AB", "ab/c", "ab c", "123456789012", "-ab"}) {
    EXPECT_FALSE(AliasName::parse(bad)) << bad;
  }
  EXPECT_TRUE(AliasName::parse(std::string(50, 'a')));
  EXPECT_FALSE(AliasName::parse(std::string(51, 'a')));
}

TEST(Tag, FollowsTheOciRule) {
  for (const auto* good : {"latest", "v1.2.3", "_x", "A", "0", "a-b_c.d", "sha256-abc.sig", "__", "a..b"}) {
    EXPECT_TRUE(Tag::parse(good)) << good;
  }
  EXPECT_TRUE(Tag::parse(std::string(128, 'x')));
  for (const auto* bad :
       {"", ".", "..", ".a", "-a", "a b", "a/b", "../x", "a:b", "a@b", "a\n", "\xc3\xa9", "a%00", "a+b"}) {
    const auto parsed = Tag::parse(bad);
    ASSERT_FALSE(parsed) << bad;
    EXPECT_EQ(parsed.error().code, Errc::tag_invalid);
  }
  EXPECT_FALSE(Tag::parse(std::string(129, 'x')));
  EXPECT_FALSE(Tag::parse(std::string_view("a\0", 2)));
}

TEST(ImageReference, IsATagOrADigest) {
  const std::string digest = "sha256:" + std::string(64, 'a');
  const auto by_tag = ImageReference::parse("latest");
  ASSERT_TRUE(by_tag);
  EXPECT_EQ(by_tag->tag()->text(), "latest");
  EXPECT_EQ(by_tag->digest(), nullptr);
  const auto by_digest = ImageReference::parse(digest);
  ASSERT_TRUE(by_digest);
  EXPECT_EQ(by_digest->digest()->text(), digest);
  EXPECT_EQ(by_digest->text(), digest);
  EXPECT_EQ(by_digest->tag(), nullptr);
  EXPECT_NE(*by_tag, *by_digest);

  EXPECT_EQ(ImageReference::parse("../x").error().code, Errc::tag_invalid);
  EXPECT_EQ(ImageReference::parse("").error().code, Errc::tag_invalid);
  EXPECT_EQ(ImageReference::parse("sha256:abc").error().code, Errc::digest_invalid);
  EXPECT_EQ(ImageReference::parse("latest:").error().code, Errc::digest_invalid);
}

TEST(TextValue, ComparesAndHashesAsText) {
  const auto a = *Tag::parse("a");
  const auto b = *Tag::parse("b");
  EXPECT_LT(a, b);
  EXPECT_EQ(a, *Tag::parse("a"));
  const std::unordered_set<Tag> set{a, b, a};
  EXPECT_EQ(set.size(), 2U);
}

}  // namespace
}  // namespace berth::model
