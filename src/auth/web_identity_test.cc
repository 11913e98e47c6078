// Tokens by another implementation, good ones and attacks (testdata/make_web_identity_fixtures.py), as STS goes through
// them.
#include "auth/web_identity.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "auth/key_set.h"
#include "json/parse.h"

namespace berth::auth {
namespace {

using base::Errc;
using std::chrono::seconds;

struct Case {
  std::string name, token, verdict;
};

struct Fixtures {
  ClaimRules rules;
  std::string keys;
  std::vector<Case> cases;
};

const Fixtures& fixtures() {
  static const Fixtures kFixtures = [] {
    std::ifstream file(std::filesystem::path(__FILE__).parent_path() / "testdata" / "web_identity.json");
    const auto json = json::parse(std::string(std::istreambuf_iterator<char>(file), {})).value();
    Fixtures out{.rules = {.issuer = *json.find_string("issuer"),
                           .client_ids = {},
                           .now = base::Timestamp(seconds(*json.find("now")->as_int()))},
                 .keys = *json.find_string("keys"),
                 .cases = {}};
    for (const auto& id : *json.find("clientIds")->as_array()) out.rules.client_ids.push_back(*id.as_string());
    for (const auto& entry : *json.find("cases")->as_array()) {
      out.cases.push_back({*entry.find_string("name"), *entry.find_string("token"), *entry.find_string("verdict")});
    }
    return out;
  }();
  return kFixtures;
}

std::string verdict(const std::string& text, const KeySet& keys, const ClaimRules& rules) {
  const auto token = WebIdentityToken::parse(text);
  if (!token) return token.error().message;
  const auto identity = check_claims(*token, rules);
  if (!identity) return identity.error().message;
  const auto* const key = keys.find(token->kid, token->algorithm);
  return key != nullptr && verify(*token, *key) ? "ok" : "unsigned";
}

const std::string& token_of(std::string_view name) {
  for (const auto& one : fixtures().cases) {
    if (one.name == name) return one.token;
  }
  throw std::logic_error(std::string(name));
}

TEST(WebIdentity, Verdicts) {
  const auto keys = KeySet::parse(fixtures().keys).value();
  EXPECT_GT(fixtures().cases.size(), 100u);
  for (const auto& [name, token, expected] : fixtures().cases) {
    EXPECT_EQ(verdict(token, keys, fixtures().rules), expected) << name;
  }
}

TEST(WebIdentity, NoByteOfAGoodTokenMayChange) {
  const auto keys = KeySet::parse(fixtures().keys).value();
  const auto& good = token_of("good ES256");
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string changed = good;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_NE(verdict(changed, keys, fixtures().rules), "ok") << i;
    EXPECT_NE(verdict(good.substr(0, i), keys, fixtures().rules), "ok") << i;
  }
}

TEST(WebIdentity, WhatItSays) {
  const auto token = WebIdentityToken::parse(token_of("one audience of several")).value();
  EXPECT_EQ(token.kid, "rsa");
  const auto identity = check_claims(token, fixtures().rules).value();
  EXPECT_EQ(identity.issuer, fixtures().rules.issuer);
  EXPECT_EQ(identity.subject, "repo:octo/app:ref:refs/heads/main");
  EXPECT_EQ(identity.audiences, std::vector<std::string>{"sts.amazonaws.com"});
  using Values = std::vector<std::string>;
  EXPECT_EQ(claim_values(token.claims, "repository"), Values{"octo/app"});
  EXPECT_EQ(claim_values(token.claims, "run_attempt"), Values{"2"});
  EXPECT_EQ(claim_values(token.claims, "private"), Values{"true"});
  EXPECT_EQ(claim_values(token.claims, "amr"), (Values{"pwd", "mfa"}));
  EXPECT_EQ(claim_values(token.claims, "absent"), Values{});
  const auto party = WebIdentityToken::parse(token_of("azp is ours")).value();
  EXPECT_EQ(check_claims(party, fixtures().rules)->audiences, Values{"client-7"});
}

TEST(WebIdentity, Codes) {
  const auto code = [](std::string_view name) {
    const auto token = WebIdentityToken::parse(token_of(name));
    return token ? check_claims(*token, fixtures().rules).error().code : token.error().code;
  };
  EXPECT_EQ(code("expired at -3600"), Errc::identity_token_expired);
  EXPECT_EQ(code("not yet valid"), Errc::identity_token_invalid);
  EXPECT_EQ(code("audience 'other'"), Errc::identity_token_invalid);
  EXPECT_EQ(code("alg 'none' without signature"), Errc::identity_token_invalid);
}

TEST(KeySet, LeavesOutWhatItCannotUse) {
  EXPECT_EQ(KeySet::parse(fixtures().keys)->size(), 4u);
  EXPECT_EQ(KeySet::parse(R"({"keys":[]})")->size(), 0u);
  for (const auto* const jwk :
       {R"({"kty":"oct","k":"AAAA","kid":"rsa"})", R"({"kty":"RSA","n":"AQAB","e":"AQAB"})", R"({"kty":"EC"})", "1",
        R"({"kty":"EC","crv":"P-521","x":"AA","y":"AA"})", R"({"kty":"EC","crv":"secp256k1","x":"AA","y":"AA"})",
        R"({"kty":"RSA","n":1,"e":[]})", R"({"kty":"OKP","crv":"Ed25519","x":"AAAA"})", "{}", "null"}) {
    const auto keys = KeySet::parse(R"({"keys":[)" + std::string(jwk) + "]}");
    ASSERT_TRUE(keys) << jwk;
    EXPECT_EQ(keys->size(), 0u) << jwk;
  }
  for (const auto* const text : {"", "[]", "{}", R"({"keys":{}})", R"({"keys":null})", R"({"keys":[}])"}) {
    EXPECT_FALSE(KeySet::parse(text)) << text;
  }
  std::string many = "{\"keys\":[{}";
  for (std::size_t i = 0; i < KeySet::kMaxKeys; ++i) many += ",{}";
  EXPECT_FALSE(KeySet::parse(many + "]}"));
}

TEST(KeySet, Finds) {
  const auto keys = KeySet::parse(fixtures().keys).value();
  using enum crypto::SignatureAlgorithm;
  EXPECT_NE(keys.find("rsa", rs256), nullptr);
  EXPECT_NE(keys.find("rsa", ps256), nullptr);
  EXPECT_EQ(keys.find("rsa", es256), nullptr);
  EXPECT_EQ(keys.find("p256", es384), nullptr);
  EXPECT_EQ(keys.find("none", rs256), nullptr);
  EXPECT_NE(keys.find("", rs256), nullptr) << "the only one of its kind";
  const auto json = json::parse(fixtures().keys).value();
  const std::string n = *json.find("keys")->as_array()->front().find_string("n");
  const auto key = [&](const std::string& more) { return R"({"kty":"RSA","e":"AQAB","n":")" + n + "\"" + more + "}"; };
  const auto set = [&](const std::string& list) { return KeySet::parse(R"({"keys":[)" + list + "]}").value(); };
  EXPECT_EQ(set(key(R"(,"kid":"a")") + "," + key(R"(,"kid":"b")")).find("", rs256), nullptr) << "which?";
  EXPECT_EQ(set(key(R"(,"alg":"RS512")")).find("", rs256), nullptr);
  EXPECT_NE(set(key(R"(,"alg":"RS512")")).find("", rs512), nullptr);
  EXPECT_EQ(set(key(R"(,"alg":"RSA-OAEP")")).find("", rs256), nullptr);
  EXPECT_EQ(set(key(R"(,"use":"enc")")).size(), 0u);
}

}  // namespace
}  // namespace berth::auth
