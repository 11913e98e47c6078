#include "api/aws/errors.h"

#include <gtest/gtest.h>

#include "api/aws/aws_test_support.h"

namespace berth::api::aws {
namespace {

using base::Errc;

TEST(AwsErrors, JsonIsByteExact) {
  const auto response = json_error({.code = Errc::unrecognized_client, .message = "The \"token\" is invalid."}, "r-1");
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(response.headers.get("Content-Type"), "application/x-amz-json-1.1");
  EXPECT_EQ(body_of(response), R"({"__type":"UnrecognizedClientException","message":"The \"token\" is invalid."})");
}

TEST(AwsErrors, JsonHasTheDetails) {
  const auto response = json_error(
      "InvalidLayerPartException", 400,
      {.code = Errc::upload_range, .message = "no", .details = {{"uploadId", "u"}, {"lastValidByteReceived", 9}}}, "r");
  EXPECT_EQ(body_of(response),
            R"({"__type":"InvalidLayerPartException","message":"no","uploadId":"u","lastValidByteReceived":9})");
}

TEST(AwsErrors, QueryIsXml) {
  const auto response = query_error("urn:s", {.code = Errc::signature_mismatch, .message = "a < b"}, "5a0b1c2d");
  EXPECT_EQ(response.status, 403);
  EXPECT_EQ(response.headers.get("Content-Type"), "text/xml");
  EXPECT_EQ(body_of(response),
            R"(<ErrorResponse xmlns="urn:s"><Error><Type>Sender</Type><Code>SignatureDoesNotMatch</Code>)"
            R"(<Message>a &lt; b</Message></Error><RequestId>5a0b1c2d</RequestId></ErrorResponse>)");
  EXPECT_TRUE(body_of(query_error("", {.code = Errc::unavailable}, "r")).contains("<Type>Receiver</Type>"));
}

TEST(AwsErrors, NothingOfTheInsideIsTold) {
  for (const auto code : {Errc::internal, Errc::corrupt}) {
    const base::Error error{.code = code, .message = "/var/lib/berth/blobs is gone"};
    EXPECT_EQ(json_status(code), 500);
    EXPECT_FALSE(body_of(json_error(error, "r-7")).contains("/var/lib"));
    EXPECT_FALSE(body_of(query_error("", error, "r-7")).contains("/var/lib"));
    EXPECT_TRUE(body_of(json_error(error, "r-7")).contains("r-7"));
  }
}

TEST(AwsErrors, TheNamesOfWhatGoesWrongBeforeACall) {
  struct Row {
    Errc code;
    std::string_view json, query;
    int json_status, query_status;
  };
  for (const Row& row : {
           Row{Errc::missing_authentication, "MissingAuthenticationTokenException", "MissingAuthenticationToken", 400,
               403},
           Row{Errc::incomplete_signature, "IncompleteSignatureException", "IncompleteSignature", 400, 400},
           Row{Errc::unrecognized_client, "UnrecognizedClientException", "InvalidClientTokenId", 400, 403},
           Row{Errc::signature_mismatch, "InvalidSignatureException", "SignatureDoesNotMatch", 400, 403},
           Row{Errc::credentials_expired, "ExpiredTokenException", "ExpiredToken", 400, 403},
           Row{Errc::access_denied, "AccessDeniedException", "AccessDenied", 400, 403},
           Row{Errc::throttled, "ThrottlingException", "Throttling", 400, 400},
           Row{Errc::payload_too_large, "RequestEntityTooLargeException", "RequestEntityTooLarge", 413, 413},
           Row{Errc::unknown_operation, "UnknownOperationException", "InvalidAction", 400, 400},
       }) {
    EXPECT_EQ(common_error(row.code).json, row.json);
    EXPECT_EQ(common_error(row.code).query, row.query);
    EXPECT_EQ(json_status(row.code), row.json_status) << row.json;
    EXPECT_EQ(common_error(row.code).query_status, row.query_status) << row.json;
  }
}

}  // namespace
}  // namespace berth::api::aws
