#include "auth/registry_token.h"

#include <gtest/gtest.h>

#include "auth/auth_test_support.h"
#include "base/bytes.h"
#include "json/parse.h"

namespace berth::auth {
namespace {

using base::Errc;
using std::chrono::hours;
using std::chrono::seconds;

class RegistryTokenTest : public testing::Test {
 protected:
  static KeyRing keys(char c = 'k') { return KeyRing::from_bytes(std::string(32, c)).value(); }
  static std::string encode(std::string_view json) { return base::to_base64(base::as_bytes(json)); }

  std::string issue() const { return tokens_.issue(caller_, region("eu-central-1"), now_).password.reveal(); }

  crypto::SeededRandom random_{3};
  const RegistryTokens tokens_{keys(), random_};
  const base::Timestamp now_ = base::from_micros(1'700'000'000'123'456);
  const Caller caller_ = {.account = account(),
                          .arn = "arn:aws:iam::123456789012:user/ops/älice",
                          .user_id = "AIDAEXAMPLE",
                          .access_key_id = "AKIAEXAMPLE",
                          .entity_id = "AIDAEXAMPLE"};
};

TEST_F(RegistryTokenTest, OfPublicRegistriesForAsLongAsTheDoorSays) {
  const auto token =
      tokens_.issue_until(Caller::anonymous(), model::Region::of_public_registries(), now_ + seconds(90));
  const auto identity = tokens_.open(token.password.reveal(), now_);
  ASSERT_TRUE(identity) << identity.error().message;
  EXPECT_EQ(identity->caller, Caller::anonymous());
  EXPECT_TRUE(identity->region.is_public());
  EXPECT_EQ(identity->expires, base::from_micros(1'700'000'090'000'000));
  EXPECT_EQ(tokens_.open(token.password.reveal(), now_ + seconds(90)).error().code, Errc::token_expired);
}

TEST(ParseBearer, TakesATokenInBothSpellings) {
  EXPECT_EQ(parse_bearer("Bearer abc.def")->reveal(), "abc.def");
  EXPECT_EQ(parse_bearer("bEARER  abc ")->reveal(), "abc");
  EXPECT_EQ(parse_bearer("Bearer " + base::to_base64(base::as_bytes("AWS:secret")))->reveal(), "secret");
  for (const auto* none : {"", "Bearer", "Basic QVdTOng="}) {
    EXPECT_EQ(parse_bearer(none).error().code, Errc::missing_authentication) << none;
  }
  EXPECT_EQ(parse_bearer("Bearer " + std::string(40'000, 'a')).error().code, Errc::token_invalid);
}

TEST_F(RegistryTokenTest, CarriesTheIdentityAndNothingElse) {
  const IssuedToken token = tokens_.issue(caller_, region("eu-central-1"), now_);
  EXPECT_EQ(token.expires, base::from_micros(1'700'043'200'000'000));
  const auto identity = tokens_.open(token.password.reveal(), now_);
  ASSERT_TRUE(identity) << identity.error().message;
  EXPECT_EQ(identity->caller, caller_);
  EXPECT_EQ(identity->region.text(), "eu-central-1");
  EXPECT_EQ(identity->expires, token.expires);
}

TEST_F(RegistryTokenTest, LooksLikeEcrs) {
  const std::string password = issue();
  EXPECT_EQ(password.find(':'), std::string::npos);
  EXPECT_LT(password.size(), 1500U);
  const auto text = base::from_base64(password);
  ASSERT_TRUE(text);
  EXPECT_EQ(text->find("AKIAEXAMPLE"), std::string::npos);
  const auto json = json::parse(*text).value();
  EXPECT_EQ(*json.find_string("version"), "2");
  EXPECT_EQ(*json.find_string("type"), "DATA_KEY");
  EXPECT_TRUE(json.find_string("payload"));
  EXPECT_TRUE(json.find_string("datakey"));
  EXPECT_EQ(json.find("expiration")->as_int(), 1'700'043'200);
}

TEST_F(RegistryTokenTest, ExpiresAfterItsLifetime) {
  const std::string password = issue();
  EXPECT_TRUE(tokens_.open(password, now_ + hours(12) - seconds(1)));
  const auto late = tokens_.open(password, now_ + hours(12));
  BERTH_EXPECT_FAILS(late, Errc::token_expired);
  EXPECT_EQ(late.error().message, "Your authorization token has expired. Reauthenticate and try again.");
  const RegistryTokens brief(keys(), random_, seconds(5));
  const auto token = brief.issue(caller_, region(), now_);
  EXPECT_TRUE(brief.open(token.password.reveal(), now_ + seconds(4)));
  BERTH_EXPECT_FAILS(brief.open(token.password.reveal(), now_ + seconds(5)), Errc::token_expired);
}

TEST_F(RegistryTokenTest, IsRememberedUntilItExpires) {
  const auto password = issue();
  const auto first = tokens_.open(password, now_);
  ASSERT_TRUE(first);
  EXPECT_EQ(tokens_.remembered(), 1u);
  const auto again = tokens_.open(password, now_);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->caller, first->caller);
  EXPECT_EQ(again->region, first->region);
  auto changed = password;
  changed[40] = changed[40] == 'A' ? 'B' : 'A';
  EXPECT_EQ(tokens_.open(changed, now_).error().code, Errc::token_invalid);
  EXPECT_EQ(tokens_.remembered(), 1u);
  EXPECT_EQ(tokens_.open(password, now_ + RegistryTokens::kLifetime).error().code, Errc::token_expired);
}

TEST_F(RegistryTokenTest, MemoryOfTokensIsBounded) {
  for (std::size_t i = 0; i < 3 * RegistryTokens::kRemembered; ++i) ASSERT_TRUE(tokens_.open(issue(), now_));
  EXPECT_LE(tokens_.remembered(), 2 * RegistryTokens::kRemembered);
  EXPECT_EQ(tokens_.open(issue(), now_ + 2 * RegistryTokens::kLifetime).error().code, Errc::token_expired);
}

TEST_F(RegistryTokenTest, OfUncommonLengthIsOpenedAnewEachTime) {
  auto caller = caller_;
  caller.arn += std::string(2'000, 'x');
  const auto password = tokens_.issue(caller, region("eu-central-1"), now_).password.reveal();
  for (int i = 0; i < 2; ++i) EXPECT_EQ(tokens_.open(password, now_)->caller, caller);
  EXPECT_EQ(tokens_.remembered(), 0u);
}

TEST_F(RegistryTokenTest, IsNotAcceptedUnderAnotherMasterKey) {
  BERTH_EXPECT_FAILS(RegistryTokens(keys('x'), random_).open(issue(), now_), Errc::token_invalid);
}

TEST_F(RegistryTokenTest, FailsWhenAnyByteChanges) {
  const std::string password = issue();
  for (std::size_t i = 0; i < password.size(); ++i) {
    std::string changed = password;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    BERTH_EXPECT_FAILS(tokens_.open(changed, now_), Errc::token_invalid);
    BERTH_EXPECT_FAILS(tokens_.open(password.substr(0, i), now_), Errc::token_invalid);
  }
  BERTH_EXPECT_FAILS(tokens_.open(password + "=", now_), Errc::token_invalid);
  BERTH_EXPECT_FAILS(tokens_.open(password + "AAAA", now_), Errc::token_invalid);
}

TEST_F(RegistryTokenTest, LifetimeCannotBeStretched) {
  std::string text = base::from_base64(issue()).value();
  text.replace(text.find("1700043200"), 10, "1900043200");
  BERTH_EXPECT_FAILS(tokens_.open(encode(text), now_), Errc::token_invalid);
}

TEST_F(RegistryTokenTest, HasOneSpelling) {
  const std::string text = base::from_base64(issue()).value();
  EXPECT_TRUE(tokens_.open(encode(text), now_));
  BERTH_EXPECT_FAILS(tokens_.open(encode(text + " "), now_), Errc::token_invalid);
  BERTH_EXPECT_FAILS(tokens_.open(encode("{\"extra\":1," + text.substr(1)), now_), Errc::token_invalid);
}

TEST_F(RegistryTokenTest, RefusesStrangeText) {
  for (const std::string_view json :
       {"", "null", "{}", "[]", "\"x\"",
        "{\"payload\":\"\",\"datakey\":\"\",\"version\":\"2\",\"type\":\"DATA_KEY\",\"expiration\":1}",
        "{\"payload\":\"AAAA\",\"datakey\":\"cmVnaXN0cnktdG9rZW4vdjE=\",\"version\":\"2\",\"type\":\"DATA_KEY\","
        "\"expiration\":-1}",
        "{\"payload\":\"AAAA\",\"datakey\":\"cmVnaXN0cnktdG9rZW4vdjE=\",\"version\":\"2\",\"type\":\"DATA_KEY\","
        "\"expiration\":9223372036854775807}",
        "{\"payload\":{},\"datakey\":[],\"version\":2,\"type\":null,\"expiration\":\"1\"}"}) {
    BERTH_EXPECT_FAILS(tokens_.open(encode(json), now_), Errc::token_invalid);
    BERTH_EXPECT_FAILS(tokens_.open(json, now_), Errc::token_invalid);
  }
  BERTH_EXPECT_FAILS(tokens_.open(std::string(1 << 20, 'A'), now_), Errc::token_invalid);
  BERTH_EXPECT_FAILS(tokens_.open(encode(std::string(4000, '[')), now_), Errc::token_invalid);
  BERTH_EXPECT_FAILS(tokens_.open("päßwört", now_), Errc::token_invalid);
}

std::string basic(std::string_view userinfo) { return "Basic " + base::to_base64(base::as_bytes(userinfo)); }

TEST(Basic, GivesThePasswordOfAws) {
  EXPECT_EQ(parse_basic(basic("AWS:pass"))->reveal(), "pass");
  EXPECT_EQ(parse_basic(basic("AWS:pa:ss:"))->reveal(), "pa:ss:");
  EXPECT_EQ(parse_basic(basic("AWS:"))->reveal(), "");
  EXPECT_EQ(parse_basic("bAsIc   " + basic("AWS:x").substr(6) + "  ")->reveal(), "x");
}

TEST(Basic, RefusesEverythingElse) {
  for (const std::string_view header :
       {"", "Basic", "Bearer abc", "AWS4-HMAC-SHA256 Credential=x", "Basic\tQVdTOng="}) {
    BERTH_EXPECT_FAILS(parse_basic(header), Errc::missing_authentication);
  }
  for (const std::string& header :
       {basic(""), basic("AWS"), basic(":x"), basic("aws:x"), basic("root:x"), basic(" AWS:x"), std::string("Basic "),
        std::string("Basic QVdTOng"), std::string("Basic QVdT Ong="), std::string("Basic ****"),
        basic("AWS:" + std::string(100'000, 'x'))}) {
    BERTH_EXPECT_FAILS(parse_basic(header), Errc::token_invalid);
  }
}

}  // namespace
}  // namespace berth::auth
