#include "service/iam/sts_service.h"

#include <gtest/gtest.h>

#include "service/iam/sts_test_support.h"
#include "service/service_test_support.h"

namespace berth::service::iam {
namespace {

using base::Errc;
using std::chrono::seconds;

constexpr std::string_view kAlice = "arn:aws:iam::123456789012:user/alice";
constexpr std::string_view kOther = "arn:aws:iam::999999999999:user/eve";
constexpr std::string_view kRole = "arn:aws:iam::123456789012:role/team/ci";

struct StsServiceTest : testing::Test {
  StsServiceTest() : fetcher(fixtures) {
    EXPECT_TRUE(ok(store.migrate()));
    add_account("123456789012");
    add_account("999999999999");
    add_role("ci", "/team/", trust(R"("AWS":"arn:aws:iam::123456789012:root")"));
  }
  static model::AccountId account(std::string_view id) { return model::AccountId::parse(id).value(); }
  static std::string trust(std::string_view principal, std::string_view condition = "{}") {
    return R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{)" + std::string(principal) +
           R"(},"Action":["sts:AssumeRole","sts:AssumeRoleWithWebIdentity"],"Condition":)" + std::string(condition) +
           "}}";
  }
  void add_account(const std::string& id) {
    EXPECT_TRUE(ok(store.write({}, [&](meta::Tx& tx) {
      return tx.accounts().create({.id = account(id), .name = id, .email = id + "@x.y", .joined = clock.now()});
    })));
  }
  void add_role(const std::string& name, const std::string& path, const std::string& trust_policy,
                std::int64_t most = 3600) {
    const model::Entity role{.id = "AROA" + name,
                             .account = account("123456789012"),
                             .kind = model::EntityKind::role,
                             .name = name,
                             .path = path,
                             .created = clock.now(),
                             .trust_policy = trust_policy,
                             .max_session_seconds = most};
    EXPECT_TRUE(ok(store.write({}, [&](meta::Tx& tx) { return tx.identities().create(role); })));
  }
  static Scope scope_of(auth::Caller caller) {
    return {.caller = std::move(caller), .request_id = "r", .deadline = {}};
  }
  Scope user(std::string_view arn, bool permitted = true) {
    if (permitted) authorizer.permitted.insert(std::string(arn));
    return scope_of({.account = account(arn.substr(13, 12)),
                     .arn = std::string(arn),
                     .user_id = "AIDA" + std::string(arn.substr(31)),
                     .access_key_id = "AKIA",
                     .entity_id = "AIDA" + std::string(arn.substr(31))});
  }
  static AssumeRole command(std::string_view role = kRole) {
    return {.role_arn = std::string(role), .session_name = "build-7"};
  }
  static std::string error(const auto& result) {
    return result ? "" : std::string(base::name(result.error().code)) + ": " + result.error().message;
  }

  WebIdentityFixtures fixtures;
  FakeFetcher fetcher;
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

TEST_F(StsServiceTest, AssumeRole) {
  const auto made = tokens.assume_role(user(kAlice), command());
  ASSERT_TRUE(ok(made));
  const auto& caller = made->credentials.caller;
  EXPECT_EQ(caller.kind, auth::CallerKind::role);
  EXPECT_EQ(caller.arn, "arn:aws:sts::123456789012:assumed-role/ci/build-7");
  EXPECT_EQ(caller.user_id, "AROAci:build-7");
  EXPECT_EQ(caller.entity_id, "AROAci");
  EXPECT_EQ(caller.role_arn, kRole);
  EXPECT_EQ(caller.session->issued, clock.now());
  EXPECT_EQ(caller.session->expires, clock.now() + seconds(3600));
  EXPECT_EQ(made->packed_percent, std::nullopt);
  const auto opened = sessions.open(caller.access_key_id, made->credentials.token.reveal());
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->caller, caller);
  EXPECT_EQ(authorizer.asked, std::vector<std::string>{"sts:AssumeRole"});
}

TEST_F(StsServiceTest, NobodyLearnsWhichRolesThereAre) {
  const auto denied = [](std::string_view arn, std::string_view role) {
    return "access_denied: User: " + std::string(arn) +
           " is not authorized to perform: sts:AssumeRole on resource: " + std::string(role);
  };
  EXPECT_EQ(error(tokens.assume_role(user(kOther), command())), denied(kOther, kRole));
  EXPECT_EQ(error(tokens.assume_role(user(kAlice, false), command())), denied(kAlice, kRole))
      << "trusting the account leaves it to the identity policies";
  for (const std::string_view role :
       {"arn:aws:iam::123456789012:role/absent", "arn:aws:iam::123456789012:role/ci",
        "arn:aws:iam::123456789012:role/other/ci", "arn:aws:iam::999999999999:role/team/ci",
        "arn:aws:iam::111111111111:role/team/ci", "arn:aws:iam::123456789012:role/team/CI"}) {
    EXPECT_EQ(error(tokens.assume_role(user(kAlice), command(role))), denied(kAlice, role));
  }
  for (const std::string_view arn :
       {"arn:aws:iam::123456789012:user/alice", "arn:aws:iam::12345678901:role/ci", "ci",
        "arn:aws:iam::123456789012:role/", "arn:aws:s3::123456789012:role/ci", "arn:aws:iam::123456789012:rolex/ci"}) {
    EXPECT_EQ(error(tokens.assume_role(user(kAlice), command(arn))), "validation: " + std::string(arn) + " is invalid");
  }
}

TEST_F(StsServiceTest, RolesOfAClosedAccountAreGone) {
  EXPECT_TRUE(ok(store.write({}, [&](meta::Tx& tx) {
    return tx.accounts().set_status(account("123456789012"), model::AccountStatus::suspended);
  })));
  EXPECT_EQ(error(tokens.assume_role(user(kAlice), command())).substr(0, 13), "access_denied");
}

TEST_F(StsServiceTest, ExternalId) {
  add_role("partner", "/",
           trust(R"("AWS":"arn:aws:iam::999999999999:root")", R"({"StringEquals":{"sts:ExternalId":"abc"}})"));
  auto wanted = command("arn:aws:iam::123456789012:role/partner");
  EXPECT_FALSE(tokens.assume_role(user(kOther), wanted));
  wanted.external_id = "abd";
  EXPECT_FALSE(tokens.assume_role(user(kOther), wanted));
  wanted.external_id = "abc";
  EXPECT_TRUE(ok(tokens.assume_role(user(kOther), wanted)));
}

TEST_F(StsServiceTest, WhoCannotAssumeAnything) {
  authorizer.permitted.insert("arn:aws:iam::123456789012:root");
  EXPECT_EQ(error(tokens.assume_role(scope_of(auth::Caller::root(account("123456789012"), "AKIA")), command())),
            "access_denied: Roles may not be assumed by root accounts.");
  auto wanted = command();
  wanted.mfa = true;
  EXPECT_EQ(error(tokens.assume_role(user(kAlice), wanted)),
            "access_denied: MultiFactorAuthentication failed, unable to validate MFA code.");
}

TEST_F(StsServiceTest, Durations) {
  add_role("long", "/", trust(R"("AWS":"arn:aws:iam::123456789012:root")"), 43'200);
  auto wanted = command("arn:aws:iam::123456789012:role/long");
  wanted.seconds = 43'200;
  const auto made = tokens.assume_role(user(kAlice), wanted);
  ASSERT_TRUE(ok(made));
  EXPECT_EQ(made->credentials.caller.session->expires - clock.now(), seconds(43'200));
  wanted.role_arn = kRole;
  wanted.seconds = 3'601;
  EXPECT_EQ(error(tokens.assume_role(user(kAlice), wanted)),
            "validation: The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
  // Chained, however long the role allows.
  auto chained = made->credentials.caller;
  authorizer.permitted.insert(chained.arn);
  wanted.role_arn = "arn:aws:iam::123456789012:role/long";
  EXPECT_EQ(error(tokens.assume_role(scope_of(chained), wanted)),
            "validation: The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role "
            "chaining");
  wanted.seconds = 3'600;
  EXPECT_TRUE(ok(tokens.assume_role(scope_of(chained), wanted)));
}

TEST_F(StsServiceTest, Bounds) {
  auto wanted = command();
  wanted.bounds.policy = R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"ecr:*","Resource":"*"}})";
  wanted.bounds.policy_arns = {"arn:aws:iam::aws:policy/AdministratorAccess"};
  const auto made = tokens.assume_role(user(kAlice), wanted);
  ASSERT_TRUE(ok(made));
  EXPECT_EQ(made->credentials.caller.session->policies, std::vector{*wanted.bounds.policy});
  EXPECT_EQ(made->credentials.caller.session->policy_arns, wanted.bounds.policy_arns);
  EXPECT_EQ(made->packed_percent, 3);
  wanted.bounds.policy_arns = {"arn:aws:iam::123456789012:policy/absent"};
  EXPECT_EQ(error(tokens.assume_role(user(kAlice), wanted)).substr(0, 10), "validation");
  wanted.bounds.policy_arns.assign(11, "arn:aws:iam::aws:policy/AdministratorAccess");
  EXPECT_EQ(error(tokens.assume_role(user(kAlice), wanted)).substr(0, 10), "validation");
  wanted.bounds.policy_arns.clear();
  for (const auto* const bad : {"x", "{}", R"({"Version":"2012-10-17","Statement":{"Effect":"Allow"}})"}) {
    wanted.bounds.policy = bad;
    EXPECT_EQ(error(tokens.assume_role(user(kAlice), wanted)).substr(0, 16), "policy_malformed") << bad;
  }
  wanted.bounds.policy = std::string(2'049, ' ');
  EXPECT_EQ(error(tokens.assume_role(user(kAlice), wanted)),
            "packed_policy_too_large: Packed policy consumes 101% of allotted space, please use smaller policy.");
}

TEST_F(StsServiceTest, TagsNeedPermissionOfTheirOwn) {
  auto wanted = command();
  wanted.tags = {{"team", "red"}};
  EXPECT_EQ(error(tokens.assume_role(user(kAlice), wanted)),
            "access_denied: User: " + std::string(kAlice) +
                " is not authorized to perform: sts:TagSession on resource: " + std::string(kRole));
  wanted.tags.clear();
  wanted.source_identity = "alice";
  EXPECT_EQ(error(tokens.assume_role(user(kAlice), wanted)),
            "access_denied: User: " + std::string(kAlice) +
                " is not authorized to perform: sts:SetSourceIdentity on resource: " + std::string(kRole));
}

constexpr std::string_view kTrustAll =
    R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:*",)"
    R"("Condition":{"StringLikeIfExists":{"aws:RequestTag/team":"re?"}}}})";

TEST_F(StsServiceTest, TagsAndSourceIdentityGoOn) {
  add_role("open", "/", std::string(kTrustAll));
  auto wanted = command("arn:aws:iam::123456789012:role/open");
  wanted.tags = {{"team", "red"}, {"Cost", "7"}};
  wanted.transitive_tags = {"TEAM"};
  wanted.source_identity = "alice";
  const auto first = tokens.assume_role(user(kAlice), wanted);
  ASSERT_TRUE(ok(first));
  const auto& session = *first->credentials.caller.session;
  EXPECT_EQ(session.tags, (std::map<std::string, std::string>{{"team", "red"}, {"Cost", "7"}}));
  EXPECT_EQ(session.transitive_tags, std::vector<std::string>{"team"});
  EXPECT_EQ(session.source_identity, "alice");
  EXPECT_EQ(first->packed_percent, 1);

  const auto caller = scope_of(first->credentials.caller);
  authorizer.permitted.insert(caller.caller.arn);
  auto next = command("arn:aws:iam::123456789012:role/open");
  const auto second = tokens.assume_role(caller, next);
  ASSERT_TRUE(ok(second));
  EXPECT_EQ(second->credentials.caller.session->tags, (std::map<std::string, std::string>{{"team", "red"}}));
  EXPECT_EQ(second->credentials.caller.session->source_identity, "alice");
  next.tags = {{"Team", "rex"}};
  EXPECT_EQ(error(tokens.assume_role(caller, next)),
            "validation: One of the specified transitive tag keys can't be set because it conflicts with a transitive "
            "tag key from the calling session.");
  next.tags.clear();
  next.source_identity = "bob";
  EXPECT_EQ(error(tokens.assume_role(caller, next)),
            "access_denied: The source identity of a session cannot be changed.");
}

TEST_F(StsServiceTest, BadTags) {
  add_role("open", "/", std::string(kTrustAll));
  const auto why = [&](std::vector<model::ResourceTag> tags, std::vector<std::string> transitive = {}) {
    auto wanted = command("arn:aws:iam::123456789012:role/open");
    wanted.tags = std::move(tags);
    wanted.transitive_tags = std::move(transitive);
    return error(tokens.assume_role(user(kAlice), wanted));
  };
  EXPECT_EQ(why({{"a", "1"}, {"A", "2"}}),
            "validation: Duplicate tag keys found. Please note that Tag keys are case insensitive.");
  EXPECT_EQ(why({{"aws:x", "1"}}).substr(0, 10), "validation");
  EXPECT_EQ(why({{"a\n", "1"}}).substr(0, 10), "validation");
  EXPECT_EQ(why({}, {"a"}), "validation: The specified transitive tag key must be included in the requested tags.");
  EXPECT_EQ(why({{"team", "blue"}}).substr(0, 13), "access_denied");
  std::vector<model::ResourceTag> many;
  for (int i = 0; i < 50; ++i) many.push_back({"key" + std::to_string(i), std::string(256, 'v')});
  EXPECT_EQ(why(many).substr(0, 23), "packed_policy_too_large");
}

TEST_F(StsServiceTest, LastUseIsWrittenOnceAMinute) {
  auto wanted = command();
  wanted.region = "eu-west-1";
  const auto last_use = [&] {
    return store.read({}, [&](meta::Tx& tx) { return tx.identities().find("AROAci"); }).value()->last_use;
  };
  EXPECT_TRUE(ok(tokens.assume_role(user(kAlice), wanted)));
  const auto first = clock.now();
  EXPECT_EQ(last_use(), (model::LastUse{.time = first, .service = {}, .region = "eu-west-1"}));
  clock.advance(seconds(59));
  EXPECT_TRUE(ok(tokens.assume_role(user(kAlice), wanted)));
  EXPECT_EQ(last_use()->time, first);
  clock.advance(seconds(1));
  EXPECT_TRUE(ok(tokens.assume_role(user(kAlice), wanted)));
  EXPECT_EQ(last_use()->time, clock.now());
}

TEST_F(StsServiceTest, GetSessionToken) {
  const auto scope = user(kAlice, false);
  const auto made = tokens.get_session_token(scope, std::nullopt, false);
  ASSERT_TRUE(ok(made));
  auto caller = made->credentials.caller;
  EXPECT_EQ(caller.session->expires - clock.now(), seconds(43'200));
  EXPECT_EQ(caller.arn, kAlice);
  EXPECT_TRUE(caller.access_key_id.starts_with("ASIA"));
  EXPECT_EQ(error(tokens.get_session_token(scope_of(caller), std::nullopt, false)),
            "access_denied: Cannot call GetSessionToken with session credentials");
  EXPECT_EQ(error(tokens.get_session_token(scope, 899, false)).substr(0, 10), "validation");
  EXPECT_TRUE(tokens.get_session_token(scope, 129'600, false));
  EXPECT_FALSE(tokens.get_session_token(scope, std::nullopt, true));
  const auto root = scope_of(auth::Caller::root(account("123456789012"), "AKIA"));
  EXPECT_EQ(tokens.get_session_token(root, std::nullopt, false)->credentials.caller.session->expires - clock.now(),
            seconds(3'600));
  EXPECT_FALSE(tokens.get_session_token(root, 3'601, false));
  EXPECT_FALSE(tokens.get_session_token(scope_of(auth::Caller::anonymous()), std::nullopt, false));
  authorizer.gone.insert(std::string(kAlice));
  EXPECT_EQ(error(tokens.get_session_token(scope, std::nullopt, false)), "access_denied: gone");
}

TEST_F(StsServiceTest, GetFederationToken) {
  const auto scope = user(kAlice);
  const auto made = tokens.get_federation_token(scope, {.name = "bob", .seconds = 900});
  ASSERT_TRUE(ok(made));
  auto caller = made->credentials.caller;
  EXPECT_EQ(caller.kind, auth::CallerKind::federated);
  EXPECT_EQ(caller.arn, "arn:aws:sts::123456789012:federated-user/bob");
  EXPECT_EQ(caller.user_id, "123456789012:bob");
  EXPECT_EQ(caller.entity_id, scope.caller.entity_id);
  authorizer.permitted.insert(caller.arn);
  EXPECT_FALSE(tokens.get_federation_token(scope_of(caller), {.name = "eve"}));
  authorizer.permitted.clear();
  EXPECT_EQ(error(tokens.get_federation_token(user(kAlice, false), {.name = "bob"})).substr(0, 13), "access_denied");
}

TEST_F(StsServiceTest, GetAccessKeyInfo) {
  const auto scope = user(kAlice);
  const auto made = tokens.get_session_token(user(kOther), std::nullopt, false).value();
  EXPECT_EQ(tokens.access_key_account(scope, made.credentials.caller.access_key_id).value().text(), "999999999999");
  EXPECT_EQ(error(tokens.access_key_account(scope, "AKIAABSENTABSENTABSE")).substr(0, 10), "validation");
  authorizer.permitted.clear();
  EXPECT_EQ(error(tokens.access_key_account(scope, "AKIAABSENTABSENTABSE")).substr(0, 13), "access_denied");
}

TEST_F(StsServiceTest, DecodeAuthorizationMessage) {
  const auto message = denials.encode(user(kAlice).caller, {.action = "ecr:PutImage"}, {}, clock.now());
  EXPECT_TRUE(tokens.decode_authorization_message(user(kAlice), message)->contains("ecr:PutImage"));
  EXPECT_EQ(error(tokens.decode_authorization_message(user(kOther), message)).substr(0, 29),
            "authorization_message_invalid");
  authorizer.permitted.clear();
  EXPECT_EQ(error(tokens.decode_authorization_message(user(kAlice, false), message)).substr(0, 13), "access_denied");
}

TEST_F(StsServiceTest, AskBeforeTheyDoAnything) {
  const auth::DenyAll nobody;
  const Core denied{
      .store = store, .blobs = blobs, .authorizer = nobody, .clock = clock, .random = random, .limits = {}};
  TokenService none({.core = denied, .sessions = sessions, .denials = denials, .keys = keys});
  const auto scope = user(kAlice);
  EXPECT_TRUE(fails(Errc::access_denied, none.assume_role(scope, command())));
  EXPECT_TRUE(fails(Errc::access_denied, none.get_federation_token(scope, {.name = "bob"})));
  EXPECT_TRUE(fails(Errc::access_denied, none.access_key_account(scope, "AKIAABSENTABSENTABSE")));
  EXPECT_TRUE(fails(Errc::access_denied, none.decode_authorization_message(scope, "abcd")));
}

}  // namespace
}  // namespace berth::service::iam
