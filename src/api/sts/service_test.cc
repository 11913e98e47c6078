#include "api/sts/service.h"

#include <gtest/gtest.h>

#include "api/aws/aws_test_support.h"
#include "blob/memory_blob_store.h"
#include "service/iam/sts_test_support.h"
#include "sql/sqlite/database.h"

namespace berth::api::sts {
namespace {

using service::iam::FakeFetcher;

struct StsTest : testing::Test {
  StsTest() : fetcher(fixtures) {
    credentials.add(std::string(aws::kKeyId), std::string(aws::kSecret));
    EXPECT_TRUE(store.migrate());
    const auto account = model::AccountId::parse("123456789012").value();
    const model::OidcProvider provider{.account = account,
                                       .url = "token.actions.example/tenant/1",
                                       .client_ids = {"sts.amazonaws.com"},
                                       .thumbprints = {},
                                       .created = clock.now()};
    const model::Entity role{
        .id = "AROACI",
        .account = account,
        .kind = model::EntityKind::role,
        .name = "ci",
        .created = clock.now(),
        .trust_policy = R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":")" +
                        provider.arn() +
                        R"("},"Action":"sts:AssumeRoleWithWebIdentity"},{"Effect":"Allow","Principal":{"AWS":)"
                        R"("arn:aws:iam::123456789012:user/ann"},"Action":"sts:AssumeRole"}]})"};
    EXPECT_TRUE(store.write({}, [&](meta::Tx& tx) -> base::Result<void> {
      BERTH_CHECK(tx.accounts().create({.id = account, .name = "a", .email = "a@x.y", .joined = clock.now()}));
      BERTH_CHECK(tx.oidc_providers().create(provider));
      BERTH_CHECK(tx.identities().create(role));
      return {};
    }));
    auth::Caller ann{.account = account, .arn = "arn:aws:iam::123456789012:user/ann", .user_id = "AIDAANN"};
    ann.entity_id = ann.user_id;
    ann.access_key_id = "AKIAANN";
    credentials.add("AKIAANN", {.secret = base::Secret(std::string(aws::kSecret)), .caller = std::move(ann)});
  }

  static web::Request form_request() {
    auto request = aws::request_to(web::Method::post, "/");
    request.headers.add("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
    return request;
  }
  web::Response post(const std::string& form) {
    auto request = form_request();
    signer.sign(request, "sts", form);
    return aws::exchange(front, request, form);
  }
  // As `user` signs it, of this version.
  std::string call(const std::string& form, const std::string& key_id = "AKIAANN") {
    signer.key_id = key_id;
    return aws::body_of(post(form + "&Version=2011-06-15"));
  }
  std::string call_unsigned(const std::string& form) {
    const auto request = form_request();
    return aws::body_of(aws::exchange(front, request, form));
  }
  std::string token_form(std::string_view token, std::string_view role = "ci") const {
    return "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleSessionName=job&WebIdentityToken=" +
           auth::uri_encode(fixtures.token(token)) + "&RoleArn=arn:aws:iam::123456789012:role/" + std::string(role);
  }

  service::iam::WebIdentityFixtures fixtures;
  FakeFetcher fetcher;
  base::ManualClock clock;
  crypto::SeededRandom random{7};
  base::NullLog log;
  std::unique_ptr<sql::sqlite::SqliteDatabase> db = sql::sqlite::SqliteDatabase::open(sql::sqlite::temporary()).value();
  meta::Store store{*db};
  blob::MemoryBlobStore blobs{std::make_shared<blob::MemoryBlobStore::Contents>()};
  service::iam::TrustAuthorizer authorizer;
  service::Core core{
      .store = store, .blobs = blobs, .authorizer = authorizer, .clock = clock, .random = random, .limits = {}};
  auth::KeyRing ring = auth::KeyRing::from_bytes(std::string(32, 'k')).value();
  auth::SessionTokens sessions{ring, random};
  auth::DenialMessages denials{ring, random};
  service::iam::OidcKeys keys{fetcher, clock, log};
  service::iam::TokenService tokens{{.core = core, .sessions = sessions, .denials = denials, .keys = keys}};
  auth::FakeCredentials credentials;
  auth::SigV4Verifier verifier{credentials, clock};
  Service sts{tokens, log};
  aws::Front front{verifier, {&sts}, log, std::chrono::seconds(5)};
  aws::Signer signer{clock.now()};
};

constexpr std::string_view kIdentity =
    "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>"
    "<Arn>arn:aws:iam::123456789012:root</Arn><UserId>123456789012</UserId><Account>123456789012</Account>"
    "</GetCallerIdentityResult><ResponseMetadata><RequestId>5a0b1c2d-0000-4000-8000-000000000001</RequestId>"
    "</ResponseMetadata></GetCallerIdentityResponse>";

TEST_F(StsTest, GetCallerIdentity) {
  const auto response = post("Action=GetCallerIdentity&Version=2011-06-15");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.get("Content-Type"), "text/xml");
  EXPECT_EQ(response.headers.get("x-amzn-RequestId"), aws::kRequestId);
  EXPECT_EQ(aws::body_of(response), kIdentity);
}

TEST_F(StsTest, ByASignedUrl) {
  auto request = aws::request_to(web::Method::get, "/?Action=GetCallerIdentity&Version=2011-06-15");
  signer.presign(request, "sts");
  EXPECT_EQ(aws::body_of(aws::exchange(front, request, "")), kIdentity);
}

TEST_F(StsTest, WrongCredentials) {
  const auto error = [](std::string_view code, std::string_view message) {
    return "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type><Code>" +
           std::string(code) + "</Code><Message>" + std::string(message) +
           "</Message></Error><RequestId>5a0b1c2d-0000-4000-8000-000000000001</RequestId></ErrorResponse>";
  };
  signer.secret = "wrong";
  auto response = post("Action=GetCallerIdentity&Version=2011-06-15");
  EXPECT_EQ(response.status, 403);
  EXPECT_EQ(aws::body_of(response),
            error("SignatureDoesNotMatch",
                  "The request signature we calculated does not match the signature you provided. Check your AWS "
                  "Secret Access Key and signing method. Consult the service documentation for details."));
  signer.key_id = "AKIAUNKNOWN";
  response = post("Action=GetCallerIdentity&Version=2011-06-15");
  EXPECT_EQ(response.status, 403);
  EXPECT_EQ(aws::body_of(response),
            error("InvalidClientTokenId", "The security token included in the request is invalid."));
}

TEST_F(StsTest, ActionsThatAreNotThere) {
  for (const auto& [form, message] : std::initializer_list<std::pair<const char*, const char*>>{
           {"", "Could not find operation  for version NO_VERSION_SPECIFIED"},
           {"Action=GetCallerIdentity", "Could not find operation GetCallerIdentity for version NO_VERSION_SPECIFIED"},
           {"Action=GetCallerIdentity&Version=2012-01-01",
            "Could not find operation GetCallerIdentity for version 2012-01-01"},
           {"Action=%3CAssumeRole%3E&Version=2011-06-15",
            "Could not find operation &lt;AssumeRole&gt; for version 2011-06-15"},
       }) {
    const auto response = post(form);
    EXPECT_EQ(response.status, 400);
    EXPECT_TRUE(aws::body_of(response).contains("<Code>InvalidAction</Code>")) << form;
    EXPECT_TRUE(aws::body_of(response).contains(message)) << aws::body_of(response);
  }
  EXPECT_EQ(post("Action=%ZZ").status, 400);
  EXPECT_EQ(post(std::string(300'000, 'x')).status, 413);
}

std::string between(const std::string& text, const std::string& name) {
  const auto from = text.find("<" + name + ">") + name.size() + 2;
  return text.substr(from, text.find("</" + name + ">") - from);
}

TEST_F(StsTest, AssumeRole) {
  const auto answer =
      call("Action=AssumeRole&RoleArn=arn:aws:iam::123456789012:role/ci&RoleSessionName=build&DurationSeconds=900");
  EXPECT_EQ(between(answer, "AssumedRoleUser"),
            "<AssumedRoleId>AROACI:build</AssumedRoleId><Arn>arn:aws:sts::123456789012:assumed-role/ci/build</Arn>");
  EXPECT_EQ(between(answer, "Expiration"), "2023-11-14T22:28:20Z");
  EXPECT_FALSE(answer.contains("PackedPolicySize")) << answer;
  EXPECT_FALSE(answer.contains("SourceIdentity")) << answer;
  const auto opened = sessions.open(between(answer, "AccessKeyId"), between(answer, "SessionToken"));
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->secret.reveal(), between(answer, "SecretAccessKey"));
}

TEST_F(StsTest, RulesOfTheModel) {
  const std::string role = "Action=AssumeRole&RoleArn=arn:aws:iam::123456789012:role/ci";
  for (const auto& [form, message] : std::initializer_list<std::pair<std::string, const char*>>{
           {"Action=AssumeRole&RoleSessionName=xx",
            "Value at 'roleArn' failed to satisfy constraint: Member must not be null"},
           {role, "Value at 'roleSessionName' failed to satisfy constraint: Member must not be null"},
           {role + "&RoleSessionName=x", "length greater than or equal to 2"},
           {role + "&RoleSessionName=a%2Fb", "Member must satisfy regular expression pattern: [\\w+=,.@-]*"},
           {role + "&RoleSessionName=xx&DurationSeconds=899", "value greater than or equal to 900"},
           {role + "&RoleSessionName=xx&DurationSeconds=43201", "value less than or equal to 43200"},
           {role + "&RoleSessionName=xx&ExternalId=a", "'externalId'"},
           {role + "&RoleSessionName=xx&Tags.member.1.Key=a", "tags.1.member.value"},
           {role + "&RoleSessionName=xx&ProvidedContexts.member.1.ContextAssertion=aaaa", "ProvidedContexts"},
           {"Action=GetAccessKeyInfo&AccessKeyId=short", "'accessKeyId'"},
           {"Action=DecodeAuthorizationMessage", "'encodedMessage'"},
       }) {
    const auto answer = call(form);
    EXPECT_TRUE(answer.contains("<Code>ValidationError</Code>")) << form << answer;
    EXPECT_TRUE(answer.contains(message) || answer.contains(message)) << form << answer;
  }
}

TEST_F(StsTest, OthersAreDenied) {
  const auto answer = call("Action=AssumeRole&RoleArn=arn:aws:iam::123456789012:role/absent&RoleSessionName=build");
  EXPECT_TRUE(
      answer.contains("<Code>AccessDenied</Code><Message>User: arn:aws:iam::123456789012:user/ann is not "
                      "authorized to perform: sts:AssumeRole on resource: "
                      "arn:aws:iam::123456789012:role/absent</Message>"))
      << answer;
}

TEST_F(StsTest, WebIdentityNeedsNoSignature) {
  const auto answer = call_unsigned(token_form("good RS256"));
  EXPECT_EQ(between(answer, "SubjectFromWebIdentityToken"), "repo:octo/app:ref:refs/heads/main") << answer;
  EXPECT_EQ(between(answer, "Audience"), "sts.amazonaws.com");
  EXPECT_EQ(between(answer, "Provider"), "arn:aws:iam::123456789012:oidc-provider/token.actions.example/tenant/1");
  EXPECT_EQ(between(answer, "Arn"), "arn:aws:sts::123456789012:assumed-role/ci/job");
  // In the query of a GET too, and with a signature it works as well.
  const auto get = aws::request_to(web::Method::get, "/?" + token_form("good RS256"));
  EXPECT_TRUE(aws::body_of(aws::exchange(front, get, "")).contains("<SessionToken>"));
  EXPECT_TRUE(aws::body_of(post(token_form("good RS256"))).contains("<SessionToken>"));
}

TEST_F(StsTest, WebIdentityErrors) {
  fetcher.failure = base::Error{.code = base::Errc::unavailable, .message = "secret"};
  EXPECT_EQ(between(call_unsigned(token_form("good RS256")), "Code"), "IDPCommunicationError");
  fetcher.failure.reset();
  clock.advance(std::chrono::seconds(30));
  for (const auto& [token, code] : std::initializer_list<std::pair<const char*, const char*>>{
           {"alg 'none' without signature", "InvalidIdentityToken"},
           {"expired at -3600", "ExpiredTokenException"},
           {"audience 'other'", "InvalidIdentityToken"}}) {
    EXPECT_EQ(between(call_unsigned(token_form(token)), "Code"), code) << token;
  }
  EXPECT_EQ(between(call_unsigned(token_form("good RS256", "absent")), "Message"),
            "Not authorized to perform sts:AssumeRoleWithWebIdentity");
  EXPECT_TRUE(
      call_unsigned("Action=AssumeRoleWithWebIdentity&Version=2011-06-15").contains("<Code>ValidationError</Code>"));
}

TEST_F(StsTest, NothingElseGoesWithoutASignature) {
  for (const auto* const form :
       {"", "x", "Action=GetCallerIdentity&Version=2011-06-15", "Action=AssumeRole&Version=2011-06-15",
        "Action=AssumeRoleWithWebIdentity", "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&Version=2011-06-15",
        "Action=GetSessionToken&Version=2011-06-15", "action=AssumeRoleWithWebIdentity&Version=2011-06-15"}) {
    EXPECT_EQ(between(call_unsigned(form), "Code"), "MissingAuthenticationToken") << form;
  }
  auto json = form_request();
  json.headers.add("X-Amz-Target", "X.Y");
  EXPECT_TRUE(aws::body_of(aws::exchange(front, json, "")).contains("MissingAuthenticationTokenException"));
  // A wrong signature is not taken for none.
  auto request = form_request();
  signer.secret = "wrong";
  signer.sign(request, "sts", token_form("good RS256"));
  EXPECT_EQ(between(aws::body_of(aws::exchange(front, request, token_form("good RS256"))), "Code"),
            "SignatureDoesNotMatch");
  EXPECT_EQ(aws::exchange(front, form_request(), std::string(Service::kMaxUnsignedBody + 1, 'x')).status, 413);
}

TEST_F(StsTest, GetSessionTokenAndItsUse) {
  const auto answer = call("Action=GetSessionToken");
  EXPECT_EQ(between(answer, "Expiration"), "2023-11-15T10:13:20Z");
  EXPECT_TRUE(sessions.open(between(answer, "AccessKeyId"), between(answer, "SessionToken")));
  EXPECT_TRUE(call("Action=GetSessionToken&SerialNumber=arn:aws:iam::123456789012:mfa/ann&TokenCode=123456")
                  .contains("<Code>AccessDenied</Code>"));
}

TEST_F(StsTest, TheRest) {
  authorizer.permitted.insert("arn:aws:iam::123456789012:user/ann");
  const auto federated = call("Action=GetFederationToken&Name=bob");
  EXPECT_EQ(
      between(federated, "FederatedUser"),
      "<FederatedUserId>123456789012:bob</FederatedUserId><Arn>arn:aws:sts::123456789012:federated-user/bob</Arn>");
  EXPECT_EQ(between(call("Action=GetAccessKeyInfo&AccessKeyId=" + between(federated, "AccessKeyId")), "Account"),
            "123456789012");
  EXPECT_EQ(between(call("Action=DecodeAuthorizationMessage&EncodedMessage=abcd"), "Code"),
            "InvalidAuthorizationMessageException");
}

}  // namespace
}  // namespace berth::api::sts
