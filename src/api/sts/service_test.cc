#include "api/sts/service.h"

#include <gtest/gtest.h>

#include "api/aws/aws_test_support.h"

namespace berth::api::sts {
namespace {

struct StsTest : testing::Test {
  StsTest() { credentials.add(std::string(aws::kKeyId), std::string(aws::kSecret)); }

  web::Response post(const std::string& form) {
    auto request = aws::request_to(web::Method::post, "/");
    request.headers.add("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
    signer.sign(request, "sts", form);
    return aws::exchange(front, request, form);
  }

  base::ManualClock clock;
  auth::FakeCredentials credentials;
  auth::SigV4Verifier verifier{credentials, clock};
  base::NullLog log;
  Service sts{log};
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

}  // namespace
}  // namespace berth::api::sts
