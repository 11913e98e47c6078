#include "auth/session_credentials.h"

#include <gtest/gtest.h>

#include "auth/auth_test_support.h"
#include "auth/registry_token.h"

namespace berth::auth {
namespace {

using base::Errc;

const base::Timestamp kNow = base::from_micros(1'700'000'000'123'456);

Caller role_session() {
  return {.kind = CallerKind::role,
          .account = account(),
          .arn = "arn:aws:sts::123456789012:assumed-role/ci/älice",
          .user_id = "AROAEXAMPLE:älice",
          .entity_id = "AROAEXAMPLE",
          .role_arn = "arn:aws:iam::123456789012:role/team/ci",
          .session = Session{.issued = kNow,
                             .expires = kNow + std::chrono::hours(1),
                             .policies = {R"({"Statement":[]})"},
                             .policy_arns = {"arn:aws:iam::aws:policy/ReadOnlyAccess"},
                             .tags = {{"team", "red"}, {"Cost\"Center", "7"}},
                             .transitive_tags = {"team"},
                             .provider = "arn:aws:iam::123456789012:oidc-provider/token.example",
                             .source_identity = "alice",
                             .mfa = true}};
}

class SessionTokensTest : public testing::Test {
 protected:
  static KeyRing keys(char c = 'k') { return KeyRing::from_bytes(std::string(32, c)).value(); }
  crypto::SeededRandom random_{3};
  const SessionTokens sessions_{keys(), random_};
};

TEST_F(SessionTokensTest, CarryTheWholeCaller) {
  const auto made = sessions_.issue(role_session());
  ASSERT_TRUE(made) << made.error().message;
  auto expected = role_session();
  expected.access_key_id = made->caller.access_key_id;
  EXPECT_EQ(made->caller, expected);
  const auto opened = sessions_.open(made->caller.access_key_id, made->token.reveal());
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->caller, expected);
  EXPECT_EQ(opened->secret, made->secret);
}

TEST_F(SessionTokensTest, LookLikeAws) {
  const auto made = sessions_.issue(role_session()).value();
  EXPECT_EQ(made.caller.access_key_id.size(), 20U);
  EXPECT_TRUE(is_session_key_id(made.caller.access_key_id));
  EXPECT_EQ(made.caller.access_key_id.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"), std::string::npos);
  EXPECT_EQ(made.secret.reveal().size(), 40U);
  EXPECT_EQ(made.token.reveal().find_first_of(" \r\n:"), std::string::npos);
  EXPECT_EQ(made.token.reveal().find("alice"), std::string::npos);
  const auto other = sessions_.issue(role_session()).value();
  EXPECT_NE(made.caller.access_key_id, other.caller.access_key_id);
  EXPECT_FALSE(made.secret == other.secret);
}

TEST_F(SessionTokensTest, OpenOnlyWithTheirOwnKeyAndMasterKey) {
  const auto one = sessions_.issue(role_session()).value();
  const auto two = sessions_.issue(role_session()).value();
  EXPECT_FALSE(sessions_.open(two.caller.access_key_id, one.token.reveal()));
  EXPECT_FALSE(sessions_.open("AKIAEXAMPLE", one.token.reveal()));
  EXPECT_FALSE(sessions_.open(one.caller.access_key_id, ""));
  EXPECT_FALSE(sessions_.open(one.caller.access_key_id, std::string(100'000, 'A')));
  EXPECT_FALSE(SessionTokens(keys('x'), random_).open(one.caller.access_key_id, one.token.reveal()));
  for (std::size_t i = 0; i < one.token.reveal().size(); i += 7) {
    std::string changed = one.token.reveal();
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(sessions_.open(one.caller.access_key_id, changed)) << i;
  }
}

// The same bytes under another purpose's key are worth nothing, whatever is in them.
TEST_F(SessionTokensTest, AreNotRegistryTokens) {
  const RegistryTokens registry(keys(), random_);
  const auto made = sessions_.issue(role_session()).value();
  BERTH_EXPECT_FAILS(registry.open(made.token.reveal(), kNow), Errc::token_invalid);
  const auto password = registry.issue(made.caller, region(), kNow).password;
  EXPECT_FALSE(sessions_.open(made.caller.access_key_id, password.reveal()));
}

TEST_F(SessionTokensTest, HaveTheAccountInTheKeyId) {
  for (const std::string_view id : {"000000000001", "123456789012", "999999999999"}) {
    Caller caller = role_session();
    caller.account = account(id);
    const auto made = sessions_.issue(caller).value();
    EXPECT_EQ(account_of_session_key(made.caller.access_key_id), account(id));
  }
  // From AWS's own documentation and from articles on the form of the ids.
  EXPECT_EQ(account_of_session_key("ASIAQNZGKIQY56JQ7WML"), account("029608264753"));
  for (const std::string_view id : {"", "ASIA", "AKIAQNZGKIQY56JQ7WML", "ASIAQNZGKIQY56JQ7WM1", "ASIAQNZGKIQY56JQ7WM",
                                    "ASIAAAAAAAAAAAAAAAAA", "ASIA7777777777777777"}) {
    EXPECT_FALSE(account_of_session_key(id)) << id;
  }
}

TEST_F(SessionTokensTest, AreBounded) {
  Caller caller = role_session();
  auto& session = *caller.session;
  session = {.issued = kNow, .expires = kNow};
  EXPECT_EQ(packed_percent(session), 0);
  session.policies = {"x"};
  EXPECT_EQ(packed_percent(session), 1);
  session.policies = {std::string(SessionTokens::kMaxPacked / 2, '"')};  // twice as long in JSON
  EXPECT_EQ(packed_percent(session), 100);
  const auto largest = sessions_.issue(caller);
  ASSERT_TRUE(largest);
  EXPECT_TRUE(sessions_.open(largest->caller.access_key_id, largest->token.reveal()));
  session.policies.front() += 'x';
  const auto refused = sessions_.issue(caller);
  BERTH_EXPECT_FAILS(refused, Errc::packed_policy_too_large);
  EXPECT_EQ(refused.error().message, "Packed policy consumes 101% of allotted space, please use smaller policy.");
}

TEST_F(SessionTokensTest, WithFiftyTagsFitARegistryToken) {
  Caller caller = role_session();
  auto& session = *caller.session;
  for (int i = 0; i < 50; ++i) {
    session.tags["key-" + std::to_string(i)] = std::string(90, 'v');
    session.transitive_tags.push_back("key-" + std::to_string(i));
  }
  const auto made = sessions_.issue(caller);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(sessions_.open(made->caller.access_key_id, made->token.reveal())->caller, made->caller);
  const RegistryTokens registry(keys(), random_);
  const auto token = registry.issue(made->caller, region(), kNow);
  EXPECT_EQ(registry.open(token.password.reveal(), kNow)->caller, made->caller);
}

TEST_F(SessionTokensTest, NeedASession) {
  Caller caller = role_session();
  caller.session.reset();
  BERTH_EXPECT_FAILS(sessions_.issue(caller), Errc::internal);
}

}  // namespace
}  // namespace berth::auth
