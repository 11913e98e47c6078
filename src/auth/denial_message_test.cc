#include "auth/denial_message.h"

#include <gtest/gtest.h>

#include "auth/auth_test_support.h"
#include "json/parse.h"

namespace berth::auth {
namespace {

using base::Errc;

const base::Timestamp kNow = base::from_micros(1'700'000'000'000'000);

struct DenialMessagesTest : testing::Test {
  crypto::SeededRandom random{1};
  DenialMessages messages{KeyRing::from_bytes(std::string(32, 'k')).value(), random};
  Caller caller{.account = account(), .arn = "arn:aws:iam::123456789012:user/bob", .user_id = "AIDABOB"};
  policy::Request request{.principal = {},
                          .action = "ecr:PutImage",
                          .resource = "arn:aws:ecr:us-east-1:123456789012:repository/app",
                          .resource_account = "123456789012",
                          .context = {{"aws:SourceIp", "192.0.2.1"}}};
  policy::Decision decision{.outcome = policy::Outcome::explicit_deny,
                            .by = policy::Source::identity,
                            .matches = {{.policy = "deny-all", .statement = 1, .sid = "NoPush", .deny = true}}};
};

TEST_F(DenialMessagesTest, SayWhy) {
  const auto message = messages.encode(caller, request, decision, kNow);
  EXPECT_FALSE(message.contains("bob"));
  EXPECT_EQ(messages.decode(message, account(), kNow).value(),
            R"({"allowed":false,"explicitDeny":true,"matchedStatements":{"items":[{"statementId":"NoPush",)"
            R"("effect":"DENY","sourcePolicyId":"deny-all","statement":1}]},"failures":{"items":[]},)"
            R"("context":{"principal":{"id":"AIDABOB","arn":"arn:aws:iam::123456789012:user/bob"},)"
            R"("action":"ecr:PutImage","resource":"arn:aws:ecr:us-east-1:123456789012:repository/app",)"
            R"("conditions":{"items":[{"key":"aws:sourceip","values":{"items":[{"value":"192.0.2.1"}]}}]}}})");
}

TEST_F(DenialMessagesTest, OnlyToTheSameAccountAndForADay) {
  const auto message = messages.encode(caller, request, decision, kNow);
  BERTH_EXPECT_FAILS(messages.decode(message, account("999999999999"), kNow), Errc::authorization_message_invalid);
  EXPECT_TRUE(messages.decode(message, account(), kNow + std::chrono::hours(24) - std::chrono::seconds(1)));
  BERTH_EXPECT_FAILS(messages.decode(message, account(), kNow + std::chrono::hours(24)),
                     Errc::authorization_message_invalid);
  for (const auto& text : {std::string(), std::string("x"), message + "A", message.substr(4), "A" + message.substr(1),
                           message + "\n", std::string(20'000, 'A')}) {
    BERTH_EXPECT_FAILS(messages.decode(text, account(), kNow), Errc::authorization_message_invalid);
  }
}

TEST_F(DenialMessagesTest, StayWithinTheirSize) {
  request.context.set("aws:Huge", std::string(20'000, '"'));
  auto message = messages.encode(caller, request, decision, kNow);
  EXPECT_LE(message.size(), DenialMessages::kMaxSize);
  EXPECT_TRUE(messages.decode(message, account(), kNow)->contains("NoPush"));
  decision.matches.resize(1'000, decision.matches.front());
  message = messages.encode(caller, request, decision, kNow);
  EXPECT_LE(message.size(), DenialMessages::kMaxSize);
  EXPECT_TRUE(json::parse(messages.decode(message, account(), kNow).value()));
}

}  // namespace
}  // namespace berth::auth
