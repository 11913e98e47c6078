// AssumeRoleWithWebIdentity, with tokens by another implementation.
#include <gtest/gtest.h>

#include "service/iam/sts_service.h"
#include "service/iam/sts_test_support.h"
#include "service/service_test_support.h"

namespace berth::service::iam {
namespace {

constexpr std::string_view kProvider = "token.actions.example/tenant/1";
constexpr std::string_view kRole = "arn:aws:iam::123456789012:role/ci";

struct WebIdentityServiceTest : testing::Test {
  WebIdentityServiceTest() : fetcher(fixtures) {
    EXPECT_TRUE(ok(store.migrate()));
    EXPECT_TRUE(ok(store.write({}, [&](meta::Tx& tx) {
      return tx.accounts().create({.id = account, .name = "a", .email = "a@x.y", .joined = clock.now()});
    })));
    set_provider({"sts.amazonaws.com", "client-7"});
    set_trust(R"({"StringEquals":{"@:aud":"sts.amazonaws.com"},"StringLike":{"@:sub":"repo:octo/*"}})");
  }
  void set_provider(std::vector<std::string> client_ids) {
    const model::OidcProvider provider{.account = account,
                                       .url = std::string(kProvider),
                                       .client_ids = std::move(client_ids),
                                       .thumbprints = {},
                                       .created = clock.now()};
    EXPECT_TRUE(ok(store.write({}, [&](meta::Tx& tx) -> base::Result<void> {
      BERTH_CHECK(tx.oidc_providers().remove(provider.arn()));
      BERTH_CHECK(tx.oidc_providers().create(provider));
      return {};
    })));
  }
  // '@' in the condition is the provider's name.
  void set_trust(std::string condition, std::string actions = R"("sts:AssumeRoleWithWebIdentity")") {
    for (auto at = condition.find('@'); at != condition.npos; at = condition.find('@')) {
      condition.replace(at, 1, kProvider);
    }
    const model::Entity role{
        .id = "AROACI",
        .account = account,
        .kind = model::EntityKind::role,
        .name = "ci",
        .created = clock.now(),
        .trust_policy = R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Federated":)"
                        R"("arn:aws:iam::123456789012:oidc-provider/)" +
                        std::string(kProvider) + R"("},"Action":[)" + actions + R"(],"Condition":)" + condition + "}}"};
    EXPECT_TRUE(ok(store.write({}, [&](meta::Tx& tx) -> base::Result<void> {
      BERTH_CHECK(tx.identities().remove(role.id));
      BERTH_CHECK(tx.identities().create(role));
      return {};
    })));
  }
  base::Result<IssuedToWebIdentity> assume(std::string_view token, std::string_view role = kRole) {
    return tokens.assume_role_with_web_identity(
        {.caller = auth::Caller::anonymous(), .request_id = "r", .deadline = {}},
        {.role_arn = std::string(role), .session_name = "job", .token = base::Secret(fixtures.token(token))});
  }
  std::string why(std::string_view token, std::string_view role = kRole) {
    const auto made = assume(token, role);
    return made ? "" : std::string(base::name(made.error().code)) + ": " + made.error().message;
  }

  WebIdentityFixtures fixtures;
  FakeFetcher fetcher;
  model::AccountId account = model::AccountId::parse("123456789012").value();
  std::unique_ptr<sql::sqlite::SqliteDatabase> db = sql::sqlite::SqliteDatabase::open(sql::sqlite::temporary()).value();
  meta::Store store{*db};
  std::shared_ptr<blob::MemoryBlobStore::Contents> contents = std::make_shared<blob::MemoryBlobStore::Contents>();
  blob::MemoryBlobStore blobs{contents};
  TrustAuthorizer authorizer;
  base::ManualClock clock;
  crypto::SeededRandom random{7};
  base::NullLog log;
  Core core{.store = store, .blobs = blobs, .authorizer = authorizer, .clock = clock, .random = random, .limits = {}};
  auth::KeyRing ring = auth::KeyRing::from_bytes(std::string(32, 'k')).value();
  auth::SessionTokens sessions{ring, random};
  auth::DenialMessages denials{ring, random};
  OidcKeys keys{fetcher, clock, log};
  TokenService tokens{{.core = core, .sessions = sessions, .denials = denials, .keys = keys}};
};

constexpr std::string_view kDenied = "access_denied: Not authorized to perform sts:AssumeRoleWithWebIdentity";

TEST_F(WebIdentityServiceTest, Assumes) {
  const auto made = assume("good RS256");
  ASSERT_TRUE(ok(made));
  EXPECT_EQ(made->subject, "repo:octo/app:ref:refs/heads/main");
  EXPECT_EQ(made->audience, "sts.amazonaws.com");
  EXPECT_EQ(made->provider, "arn:aws:iam::123456789012:oidc-provider/" + std::string(kProvider));
  const auto& caller = made->issued.credentials.caller;
  EXPECT_EQ(caller.arn, "arn:aws:sts::123456789012:assumed-role/ci/job");
  EXPECT_EQ(caller.kind, auth::CallerKind::role);
  EXPECT_EQ(caller.session->provider, made->provider);
  EXPECT_EQ(caller.account, account);
  for (const auto* const good : {"good ES256", "good PS256", "within the skew", "one audience of several"}) {
    EXPECT_EQ(why(good), "") << good;
  }
}

TEST_F(WebIdentityServiceTest, WhatTheTrustPolicyDoesNotAllow) {
  EXPECT_EQ(why("azp is ours"), kDenied) << "its audience is the authorized party";
  EXPECT_EQ(why("good RS256", "arn:aws:iam::123456789012:role/absent"), kDenied);
  set_trust(R"({"StringEquals":{"@:sub":"repo:octo/app:ref:refs/heads/release"}})");
  EXPECT_EQ(why("good RS256"), kDenied);
  set_trust(R"({"StringEquals":{"@:repository":"octo/app","@:run_attempt":"2","@:private":"true"}})");
  EXPECT_EQ(why("good RS256"), "");
  set_trust(R"({"ForAnyValue:StringEquals":{"@:amr":"mfa"}})");
  EXPECT_EQ(why("good RS256"), "");
  set_trust(R"({"ForAnyValue:StringEquals":{"@:amr":"otp"}})");
  EXPECT_EQ(why("good RS256"), kDenied);
  set_trust(R"({"StringEquals":{"@:aud":"client-7","@:oaud":"https://api.example"}})");
  EXPECT_EQ(why("azp is ours"), "");
  set_trust(R"({"StringEquals":{"sts:RoleSessionName":"another"}})");
  EXPECT_EQ(why("good RS256"), kDenied);
  set_trust("{}", R"("sts:AssumeRole")");
  EXPECT_EQ(why("good RS256"), kDenied);
}

TEST_F(WebIdentityServiceTest, ClaimsInOtherSpellingsPassForNothing) {
  EXPECT_EQ(why("claims in other spellings"), "");
  for (const auto* const condition :
       {R"({"StringEquals":{"@:sub":"repo:octo/admin"}})", R"({"StringEquals":{"@:aud":"client-7"}})",
        R"({"StringEquals":{"@:repository":"octo/admin"}})", R"({"StringEquals":{"@:oaud":"client-7"}})"}) {
    set_trust(condition);
    EXPECT_EQ(why("claims in other spellings"), kDenied) << condition;
  }
}

TEST_F(WebIdentityServiceTest, Attacks) {
  for (const auto* const name : {"alg 'none' without signature",
                                 "alg 'HS256' with the old signature",
                                 "HS256 with the public key as secret",
                                 "HS256 with the modulus as secret",
                                 "RS256 claimed for an HMAC",
                                 "no signature",
                                 "signature of another payload",
                                 "signed by a key that is not published",
                                 "signed by another key under a published kid",
                                 "its own key in the header",
                                 "its own key in the header under a published kid",
                                 "jku",
                                 "x5u",
                                 "x5c",
                                 "kid '../../../../dev/null'",
                                 "crit",
                                 "audience 'other'",
                                 "azp counts, not aud",
                                 "not yet valid",
                                 "issuer 'https://token.actions.example'",
                                 "without exp",
                                 "without sub"}) {
    EXPECT_EQ(why(name).substr(0, 23), "identity_token_invalid:") << name;
  }
  EXPECT_EQ(why("expired at -3600").substr(0, 23), "identity_token_expired:");
  EXPECT_TRUE(authorizer.asked.empty()) << "no trust policy is asked about a token that is not proven";
}

TEST_F(WebIdentityServiceTest, OnlyIssuersThatTheAccountTrusts) {
  const auto before = fetcher.calls;
  EXPECT_EQ(
      why("good RS256", "arn:aws:iam::999999999999:role/ci"),
      "identity_token_invalid: No OpenIDConnect provider found in your account for https://" + std::string(kProvider));
  for (const auto* const name : {"issuer 'http://token.actions.example/tenant/1'", "audience 'other'"}) {
    EXPECT_FALSE(assume(name)) << name;
  }
  EXPECT_EQ(fetcher.calls, before) << "strangers make nobody fetch";
  set_provider({"another"});
  EXPECT_EQ(why("good RS256"), "identity_token_invalid: Incorrect token audience");
}

TEST_F(WebIdentityServiceTest, TagsInTheToken) {
  EXPECT_EQ(why("with session tags"), "access_denied: Not authorized to perform sts:TagSession");
  set_trust(R"({"StringEquals":{"aws:RequestTag/team":"red","sts:SourceIdentity":"octocat"}})", R"("sts:*")");
  const auto made = assume("with session tags");
  ASSERT_TRUE(ok(made));
  const auto& session = *made->issued.credentials.caller.session;
  EXPECT_EQ(session.tags, (std::map<std::string, std::string>{{"cost", "7"}, {"team", "red"}}));
  EXPECT_EQ(session.transitive_tags, std::vector<std::string>{"team"});
  EXPECT_EQ(session.source_identity, "octocat");
  EXPECT_EQ(why("with tags of another form"), "identity_token_invalid: The tags of the ID Token are malformed");
}

TEST_F(WebIdentityServiceTest, TheIssuerIsAway) {
  fetcher.failure = base::Error{.code = base::Errc::unavailable, .message = "secret"};
  EXPECT_EQ(why("good RS256"),
            "identity_provider_unreachable: Couldn't retrieve verification key from your identity provider,  please "
            "reference AssumeRoleWithWebIdentity documentation for requirements");
}

}  // namespace
}  // namespace berth::service::iam
