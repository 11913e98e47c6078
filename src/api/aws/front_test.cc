#include "api/aws/front.h"

#include <gtest/gtest.h>

#include "api/aws/aws_test_support.h"
#include "api/aws/errors.h"

namespace berth::api::aws {
namespace {

// Says what it was handed.
class Echo final : public Service {
 public:
  explicit Echo(std::string name) : name_(std::move(name)) {}
  std::string_view name() const override { return name_; }
  std::uint64_t body_limit(const web::Request&) const override { return 100; }
  web::Response handle(const Call& call, std::string body) const override {
    return {.body = name_ + " " + call.scope.caller.account.text() + " " + call.region.text() + " " +
                    call.scope.request_id + " " + body};
  }
  web::Response error(const base::Error& e, std::string_view) const override {
    return {.status = 418, .body = name_ + " " + std::string(base::name(e.code))};
  }

 private:
  std::string name_;
};

struct FrontTest : testing::Test {
  FrontTest() { credentials.add(std::string(kKeyId), std::string(kSecret)); }

  web::Response post(std::string_view service, const std::string& body,
                     const std::function<void(web::Request&)>& change = {}) {
    auto request = request_to(web::Method::post, "/");
    request.headers.add("X-Amz-Target", "T.Op");
    signer.sign(request, service, body);
    if (change) change(request);
    return exchange(front, request, body);
  }

  base::ManualClock clock;
  auth::FakeCredentials credentials;
  auth::SigV4Verifier verifier{credentials, clock};
  base::NullLog log;
  Echo ecr{"ecr"}, sts{"sts"};
  Front front{verifier, {&ecr, &sts}, log, std::chrono::seconds(5)};
  Signer signer{clock.now()};
};

TEST_F(FrontTest, TheScopeNamesTheService) {
  signer.region = "eu-west-1";
  const auto id = std::string(kRequestId);
  for (const std::string service : {"ecr", "sts"}) {
    const auto response = post(service, "hello");
    EXPECT_EQ(body_of(response), std::string(service).append(" 123456789012 eu-west-1 ").append(id).append(" hello"));
    EXPECT_EQ(response.headers.get("x-amzn-RequestId"), id);
  }
}

TEST_F(FrontTest, OperationsThatOnlyReadAreKnownByTheirNames) {
  const auto reads = [](const std::string& target) {
    auto request = request_to(web::Method::post, "/");
    if (!target.empty()) request.headers.add("X-Amz-Target", target);
    return Front::only_reads(request);
  };
  for (const char* name :
       {"GetAuthorizationToken", "BatchGetImage", "ListImages", "DescribeRepositories", "GetDownloadUrlForLayer"}) {
    EXPECT_TRUE(reads("AmazonEC2ContainerRegistry_V20150921." + std::string(name))) << name;
  }
  for (const char* name : {"PutImage", "BatchDeleteImage", "BatchCheckLayerAvailability", "InitiateLayerUpload",
                           "CreateRepository", "StartImageScan"}) {
    EXPECT_FALSE(reads("AmazonEC2ContainerRegistry_V20150921." + std::string(name))) << name;
  }
  EXPECT_FALSE(reads(""));
}

TEST_F(FrontTest, ABusyRegistryThrottlesInTheServicesWords) {
  auto request = request_to(web::Method::post, "/");
  signer.sign(request, "ecr", "{}");
  const auto response = front.busy(request);
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(body_of(response), "ecr throttled");
  auto json = request_to(web::Method::post, "/");
  json.headers.add("X-Amz-Target", "T.Op");
  EXPECT_TRUE(body_of(front.busy(json)).starts_with(R"({"__type":"ThrottlingException")"));
  EXPECT_TRUE(body_of(front.busy(request_to(web::Method::post, "/"))).contains("<Code>Throttling</Code>"));
}

TEST_F(FrontTest, ASignatureInTheQuery) {
  auto request = request_to(web::Method::get, "/?Action=A");
  signer.presign(request, "sts");
  EXPECT_TRUE(body_of(exchange(front, request, "")).starts_with("sts 123456789012"));
  request.target.back() = request.target.back() == '0' ? '1' : '0';
  EXPECT_EQ(body_of(exchange(front, request, "")), "sts signature_mismatch");
}

TEST_F(FrontTest, NoSignatureIsSaidInTheProtocolOfTheRequest) {
  auto json = request_to(web::Method::post, "/");
  json.headers.add("X-Amz-Target", "T.Op");
  const auto response = exchange(front, json, "{}");
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(response.headers.get("x-amzn-RequestId"), kRequestId);
  EXPECT_EQ(body_of(response),
            R"({"__type":"MissingAuthenticationTokenException","message":"Missing Authentication Token"})");

  const auto xml = exchange(front, request_to(web::Method::get, "/"), "");
  EXPECT_EQ(xml.status, 403);
  EXPECT_TRUE(body_of(xml).contains("<Code>MissingAuthenticationToken</Code>")) << body_of(xml);
}

TEST_F(FrontTest, TheClaimedServiceSaysWhatIsWrong) {
  signer.secret = "wrong";
  EXPECT_EQ(body_of(post("ecr", "x")), "ecr signature_mismatch");
  signer.key_id = "AKIAUNKNOWN";
  EXPECT_EQ(body_of(post("sts", "x")), "sts unrecognized_client");
}

TEST_F(FrontTest, AServiceThatIsNotHere) {
  const auto response = post("s3", "x");
  EXPECT_EQ(response.status, 400);
  EXPECT_TRUE(body_of(response).starts_with(R"({"__type":"InvalidSignatureException")")) << body_of(response);
}

TEST_F(FrontTest, ABadHeadIsRefusedBeforeItsBody) {
  auto request = request_to(web::Method::post, "/");
  signer.sign(request, "ecr", "x");
  clock.advance(std::chrono::hours(1));
  const auto reaction = front.handle(request);
  EXPECT_TRUE(std::holds_alternative<web::Response>(reaction));
}

TEST_F(FrontTest, BodiesAreBounded) {
  EXPECT_TRUE(body_of(post("ecr", std::string(100, 'x'))).starts_with("ecr 1"));
  EXPECT_EQ(body_of(post("ecr", std::string(101, 'x'))), "ecr payload_too_large");
}

TEST_F(FrontTest, TheBodyBelongsToTheSignature) {
  auto request = request_to(web::Method::post, "/");
  signer.sign(request, "ecr", "one");
  EXPECT_EQ(body_of(exchange(front, request, "two")), "ecr signature_mismatch");
  const auto hash = crypto::sha256_hex(base::as_bytes("one"));
  auto declared = request_to(web::Method::post, "/");
  declared.headers.add("X-Amz-Content-Sha256", hash);
  signer.sign(declared, "ecr", "one");
  EXPECT_TRUE(body_of(exchange(front, declared, "one")).ends_with(" one"));
  EXPECT_EQ(body_of(exchange(front, declared, "two")), "ecr signature_mismatch");
}

TEST_F(FrontTest, HeadersBelongToTheSignature) {
  EXPECT_EQ(body_of(post("ecr", "x", [](web::Request& r) { r.headers.set("X-Amz-Target", "T.Other"); })),
            "ecr signature_mismatch");
  EXPECT_EQ(body_of(post("ecr", "x", [](web::Request& r) { r.host = "evil.example"; })), "ecr signature_mismatch");
}

TEST_F(FrontTest, GarbageForASignature) {
  for (const auto* text : {"", "AWS4-HMAC-SHA256", "AWS4-HMAC-SHA256 Credential=/////, SignedHeaders=;, Signature=x",
                           "Basic QVdTOng=", "AWS4-HMAC-SHA256 Credential=a/b/c/ecr/aws4_request"}) {
    const auto response = post("ecr", "x", [&](web::Request& r) { r.headers.set("Authorization", text); });
    EXPECT_GE(response.status, 400) << text;
    EXPECT_EQ(response.headers.get("x-amzn-RequestId"), kRequestId);
  }
}

TEST_F(FrontTest, AFailingStoreOfKeysIsNotTold) {
  credentials.failure = base::Error{.code = base::Errc::unavailable, .message = "the database does not answer"};
  EXPECT_EQ(body_of(post("ecr", "x")), "ecr unavailable");
}

}  // namespace
}  // namespace berth::api::aws
