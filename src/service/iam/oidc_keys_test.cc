#include "service/iam/oidc_keys.h"

#include <gtest/gtest.h>

#include "service/iam/sts_test_support.h"

namespace berth::service::iam {
namespace {

using base::Errc;
using std::chrono::hours;
using std::chrono::seconds;

struct OidcKeysTest : testing::Test {
  std::string verify(std::string_view name) {
    const auto token = auth::WebIdentityToken::parse(fixtures.token(name));
    EXPECT_TRUE(token) << name;
    const auto done = keys.verify(*token, {});
    return done ? "good" : std::string(base::name(done.error().code));
  }
  static constexpr std::string_view kRotated = "signed by a key that is not published";

  WebIdentityFixtures fixtures;
  FakeFetcher fetcher{fixtures};
  base::ManualClock clock;
  base::NullLog log;
  OidcKeys keys{fetcher, clock, log};
};

TEST_F(OidcKeysTest, KeysAreFetchedOnceAnHour) {
  EXPECT_EQ(verify("good RS256"), "good");
  EXPECT_EQ(fetcher.calls, 2) << "discovery and keys";
  EXPECT_EQ(verify("good ES384"), "good");
  clock.advance(hours(1) - seconds(1));
  EXPECT_EQ(verify("good PS256"), "good");
  EXPECT_EQ(fetcher.calls, 2);
  clock.advance(seconds(1));
  EXPECT_EQ(verify("good RS256"), "good");
  EXPECT_EQ(fetcher.calls, 4);
}

TEST_F(OidcKeysTest, WhatIsNotSigned) {
  for (const auto* const name :
       {"no signature", "signature of another payload", "signed by another key under a published kid",
        "its own key in the header under a published kid", "its own key in the header", "jku", "x5u", "x5c",
        "RS256 claimed for an HMAC", "kid '../../../../dev/null'", "a curve's zero signature"}) {
    EXPECT_EQ(verify(name), "identity_token_invalid") << name;
  }
  EXPECT_LE(fetcher.calls, 4) << "unknown names of keys are looked for once in a while";
}

TEST_F(OidcKeysTest, RotationIsSeenAtOnceButNotAskedForAllTheTime) {
  EXPECT_EQ(verify("good RS256"), "good");
  fetcher.answers["https://keys.example/jwks"].body = fixtures.text("otherKeys");
  EXPECT_EQ(verify(kRotated), "good");
  EXPECT_EQ(fetcher.calls, 4);
  EXPECT_EQ(verify("good RS256"), "identity_token_invalid") << "the old key is gone";
  for (int i = 0; i < 100; ++i) verify("kid 'RSA'");
  EXPECT_EQ(fetcher.calls, 4);
  clock.advance(seconds(30));
  for (int i = 0; i < 100; ++i) verify("kid 'RSA'");
  EXPECT_EQ(fetcher.calls, 6);
  EXPECT_EQ(verify(kRotated), "good");
}

TEST_F(OidcKeysTest, AnIssuerThatCannotBeReached) {
  fetcher.failure = base::Error{.code = Errc::unavailable, .message = "secret detail"};
  EXPECT_EQ(verify("good RS256"), "identity_provider_unreachable");
  EXPECT_EQ(verify("good RS256"), "identity_provider_unreachable");
  EXPECT_EQ(fetcher.calls, 1) << "not asked again at once";
  fetcher.failure.reset();
  clock.advance(seconds(30));
  EXPECT_EQ(verify("good RS256"), "good");

  clock.advance(seconds(60));
  fetcher.failure = base::Error{.code = Errc::deadline_exceeded, .message = ""};
  EXPECT_EQ(verify(kRotated), "identity_token_invalid");
  EXPECT_EQ(verify("good RS256"), "good") << "keys that are there stay";
  clock.advance(hours(1));
  EXPECT_EQ(verify("good RS256"), "identity_provider_unreachable") << "but not for ever";
}

TEST_F(OidcKeysTest, IssuersThatPublishNothingUseful) {
  const auto discovery = fetcher.issuer + "/.well-known/openid-configuration";
  const auto try_with = [&](const std::string& url, int status, const std::string& body) {
    const auto before = fetcher.answers;
    fetcher.answers[url] = {.status = status, .body = body};
    clock.advance(hours(2));
    const auto code = verify("good RS256");
    fetcher.answers = before;
    return code;
  };
  for (const std::string body : {"", "<html>", "[]", "{}",
                                 R"({"issuer":"https://token.actions.example","jwks_uri":"https://keys.example/jwks"})",
                                 R"({"jwks_uri":"https://keys.example/jwks"})", R"({"issuer":1,"jwks_uri":2})"}) {
    EXPECT_EQ(try_with(discovery, 200, body), "identity_token_invalid") << body;
  }
  for (const std::string body : {"", "[]", R"({"keys":[]})", R"({"keys":1})"}) {
    EXPECT_EQ(try_with("https://keys.example/jwks", 200, body), "identity_token_invalid") << body;
  }
  EXPECT_EQ(try_with(discovery, 404, "{}"), "identity_token_invalid");
  EXPECT_EQ(try_with(discovery, 302, "{}"), "identity_token_invalid");
  EXPECT_EQ(try_with(discovery, 503, "{}"), "identity_provider_unreachable");
  EXPECT_EQ(try_with("https://keys.example/jwks", 429, "{}"), "identity_provider_unreachable");
  clock.advance(hours(2));
  fetcher.failure = base::Error{.code = Errc::unsupported, .message = "10.0.0.1 is not public"};
  EXPECT_EQ(verify("good RS256"), "identity_token_invalid");
}

TEST_F(OidcKeysTest, RemembersABoundedNumberOfIssuers) {
  OidcKeys small(fetcher, clock, log, {.max_issuers = 1});
  auto token = auth::WebIdentityToken::parse(fixtures.token("good RS256")).value();
  EXPECT_TRUE(small.verify(token, {}));
  auto other = token;
  other.issuer = "https://other.example";
  EXPECT_FALSE(small.verify(other, {}));
  EXPECT_TRUE(small.verify(token, {})) << "fetched again";
}

}  // namespace
}  // namespace berth::service::iam
