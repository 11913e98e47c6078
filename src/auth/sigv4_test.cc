// What is refused, with which code and text, and the state between the two steps. What is accepted is in
// sigv4_fixture_test.cc.
#include "auth/sigv4.h"

#include <gtest/gtest.h>

#include "auth/amz_date.h"
#include "auth/auth_test_support.h"
#include "base/bytes.h"

namespace berth::auth {
namespace {

using base::Errc;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::string_view kSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
constexpr std::string_view kNow = "20260228T120000Z";
constexpr std::string_view kMismatch =
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key "
    "and signing method. Consult the service documentation for details.";

struct Signing {
  std::string key = "AKIDEXAMPLE", secret = std::string(kSecret), date = std::string(kNow);
  std::string scope = "20260228/us-east-1/ecr/aws4_request", signed_headers = "host;x-amz-date;x-amz-target";
};

std::string hex_of(std::string_view bytes) { return base::to_hex(base::as_bytes(bytes)); }

// The signature over `request` as it stands, by the code under test's own canonical form: that form is proven
// elsewhere.
std::string signature(const TestRequest& request, const Signing& with) {
  std::vector<std::string_view> names;
  for (std::string_view rest = with.signed_headers; !rest.empty();) {
    names.push_back(rest.substr(0, rest.find(';')));
    rest.remove_prefix(std::min(rest.size(), names.back().size() + 1));
  }
  const std::string canonical = canonical_head(request.head(), parse_query(request.query), names) +
                                crypto::sha256_hex(base::as_bytes(request.body));
  const std::string text =
      "AWS4-HMAC-SHA256\n" + with.date + "\n" + with.scope + "\n" + crypto::sha256_hex(base::as_bytes(canonical));
  const auto parts = parse_credential(with.key + "/" + with.scope).value();
  return hex_of(
      crypto::hmac_sha256(base::as_bytes(derive_signing_key(with.secret, parts.scope)), base::as_bytes(text)));
}

TestRequest signed_request(const Signing& with = {}, TestRequest request = {}) {
  request.method = "POST";
  request.path = "/";
  request.host = "api.ecr.us-east-1.amazonaws.com";
  if (request.head().values("x-amz-target").empty()) request.header("X-Amz-Target") = "Service.ListImages";
  request.header("X-Amz-Date") = with.date;
  const std::string authorization = "AWS4-HMAC-SHA256 Credential=" + with.key + "/" + with.scope +
                                    ", SignedHeaders=" + with.signed_headers +
                                    ", Signature=" + signature(request, with);
  request.header("Authorization") = authorization;
  return request;
}

TestRequest presigned_request(std::string_view expires, Signing with = {.signed_headers = "host"}) {
  TestRequest request{.method = "GET", .path = "/", .host = "h"};
  request.query = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=" + uri_encode(with.key + "/" + with.scope) +
                  "&X-Amz-Date=" + with.date + "&X-Amz-SignedHeaders=" + uri_encode(with.signed_headers);
  if (!expires.empty()) request.query.append("&X-Amz-Expires=").append(expires);
  request.query += "&X-Amz-Signature=" + signature(request, with);
  return request;
}

class SigV4Test : public testing::Test {
 protected:
  SigV4Test() { credentials_.add("AKIDEXAMPLE", std::string(kSecret)); }

  base::Result<Authenticated> verify(const TestRequest& request, SigV4Options options = {}) const {
    const SigV4Verifier verifier(credentials_, clock_, std::move(options));
    auto pending = verifier.inspect(request.head());
    if (!pending) return base::propagate(pending);
    return verifier.verify(std::move(*pending), crypto::sha256_hex(base::as_bytes(request.body)));
  }
  void expect_refused(const TestRequest& request, Errc code, std::string_view message,
                      SigV4Options options = {}) const {
    const auto result = verify(request, std::move(options));
    BERTH_EXPECT_FAILS(result, code);
    EXPECT_EQ(result.error().message, message);
  }

  FakeCredentials credentials_;
  base::ManualClock clock_{parse_amz_date(kNow).value()};
};

TEST_F(SigV4Test, AcceptsTheRequestThatTheRefusalsStartFrom) {
  EXPECT_TRUE(verify(signed_request()));
  EXPECT_TRUE(verify(presigned_request("60")));
}

TEST_F(SigV4Test, MissingAuthentication) {
  for (const std::string_view header :
       {"", "Basic QVdTOng=", "Bearer x", "aws4-hmac-sha256 Credential=x", "AWS AKID:x"}) {
    TestRequest request = signed_request();
    request.header("Authorization") = header;
    expect_refused(request, Errc::missing_authentication, "Missing Authentication Token");
  }
  TestRequest request = signed_request();
  request.remove("Authorization");
  request.query = "x-amz-algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=x";
  expect_refused(request, Errc::missing_authentication, "Missing Authentication Token");
}

TEST_F(SigV4Test, IncompleteHeader) {
  TestRequest request = signed_request();
  request.header("Authorization") = "AWS4-HMAC-SHA256 Credential=";
  request.remove("X-Amz-Date");
  expect_refused(request, Errc::incomplete_signature,
                 "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' "
                 "parameter. Authorization header requires 'SignedHeaders' parameter. Authorization header requires "
                 "existence of either a 'X-Amz-Date' or a 'Date' header. (Hashed with SHA-256 and encoded with Base64) "
                 "Authorization=" +
                     base::to_base64(base::as_bytes(crypto::sha256(base::as_bytes("AWS4-HMAC-SHA256 Credential=")))));

  request = signed_request();
  request.header("Authorization") = "AWS4-HMAC-SHA256 Credential";
  expect_refused(request, Errc::incomplete_signature,
                 "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded "
                 "with Base64): '" +
                     base::to_base64(base::as_bytes(crypto::sha256(base::as_bytes("AWS4-HMAC-SHA256 Credential")))) +
                     "'.");
}

TEST_F(SigV4Test, NothingMayStandTwice) {
  TestRequest request = signed_request();
  request.header("Authorization") += ", Signature=x";
  BERTH_EXPECT_FAILS(verify(request), Errc::incomplete_signature);
  for (const std::string_view name : {"authorization", "X-AMZ-DATE", "x-amz-content-sha256", "x-amz-security-token"}) {
    request = signed_request();
    request.headers.emplace_back(name, "a");
    request.headers.emplace_back(name, "a");
    BERTH_EXPECT_FAILS(verify(request), Errc::incomplete_signature);
  }
  request = presigned_request("60");
  request.query += "&X-Amz-Expires=3600";
  expect_refused(request, Errc::incomplete_signature,
                 "AWS query-string parameters must not include 'X-Amz-Expires' more than once.");
}

TEST_F(SigV4Test, IncompleteQuery) {
  TestRequest request{
      .method = "GET", .path = "/", .query = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=", .host = "h"};
  expect_refused(
      request, Errc::incomplete_signature,
      "AWS query-string parameters must include 'X-Amz-Credential'. AWS query-string parameters must include "
      "'X-Amz-Signature'. AWS query-string parameters must include 'X-Amz-SignedHeaders'. AWS query-string "
      "parameters must include 'X-Amz-Date'. Re-examine the query-string parameters.");
}

TEST_F(SigV4Test, BothFormsAtOnce) {
  TestRequest request = signed_request();
  request.query = "X-Amz-Algorithm=AWS4-HMAC-SHA256";
  expect_refused(request, Errc::signature_mismatch,
                 "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.");
}

TEST_F(SigV4Test, OtherAlgorithms) {
  for (const std::string_view algorithm : {"AWS4-HMAC-SHA25", "AWS4-ECDSA-P256-SHA256", "AWS4-"}) {
    TestRequest request = signed_request();
    std::string& header = request.header("Authorization");
    header = std::string(algorithm) + header.substr(header.find(' '));
    expect_refused(request, Errc::incomplete_signature,
                   "Unsupported AWS 'algorithm': '" + std::string(algorithm) + "' (only AWS4-HMAC-SHA256 for now). ");
  }
}

TEST_F(SigV4Test, MalformedCredential) {
  for (const std::string_view credential :
       {"x", "a/b/c/d", "a/b/c/d/e/f", "a//c/d/e", "/b/c/d/e", "a/b/c/d/", "////"}) {
    TestRequest request = signed_request();
    std::string& header = request.header("Authorization");
    const auto start = header.find('=') + 1;
    header.replace(start, header.find(',') - start, credential);
    expect_refused(
        request, Errc::incomplete_signature,
        "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '" +
            std::string(credential) + "'");
  }
}

TEST_F(SigV4Test, UnknownKey) {
  constexpr std::string_view kText = "The security token included in the request is invalid.";
  expect_refused(signed_request({.key = "AKIDUNKNOWN"}), Errc::unrecognized_client, kText);
  const int lookups = credentials_.lookups;
  for (const std::string& key : {std::string(129, 'A'), std::string("AK-ID"), std::string("AKIDEXAMPLE\xc3\xa9")}) {
    expect_refused(signed_request({.key = key}), Errc::unrecognized_client, kText);
  }
  EXPECT_EQ(credentials_.lookups, lookups);  // no key can have such an id
}

TEST_F(SigV4Test, AFailingSourceIsNotAnUnknownKey) {
  credentials_.failure = base::Error{.code = Errc::unavailable, .message = "database"};
  BERTH_EXPECT_FAILS(verify(signed_request()), Errc::unavailable);
}

TEST_F(SigV4Test, WrongSecret) { expect_refused(signed_request({.secret = "x"}), Errc::signature_mismatch, kMismatch); }

TEST_F(SigV4Test, SessionTokens) {
  credentials_.add("ASIAEXAMPLE", std::string(kSecret), "token",
                   Session{.issued = clock_.now(), .expires = clock_.now() + minutes(1)});
  const auto request = [](std::string key, std::optional<std::string> token) {
    Signing with{.key = std::move(key)};
    TestRequest bare;
    if (token) {
      bare.header("X-Amz-Security-Token") = *token;
      with.signed_headers = "host;x-amz-date;x-amz-security-token;x-amz-target";
    }
    return signed_request(with, bare);
  };
  EXPECT_TRUE(verify(request("ASIAEXAMPLE", "token")));
  BERTH_EXPECT_FAILS(verify(request("ASIAEXAMPLE", "Token")), Errc::unrecognized_client);
  BERTH_EXPECT_FAILS(verify(request("ASIAEXAMPLE", "")), Errc::unrecognized_client);
  BERTH_EXPECT_FAILS(verify(request("ASIAEXAMPLE", std::nullopt)), Errc::unrecognized_client);
  BERTH_EXPECT_FAILS(verify(request("AKIDEXAMPLE", "token")), Errc::unrecognized_client);

  clock_.advance(minutes(1));
  expect_refused(request("ASIAEXAMPLE", "token"), Errc::credentials_expired,
                 "The security token included in the request is expired");
}

TEST_F(SigV4Test, Scope) {
  expect_refused(signed_request({.scope = "20260228/US_EAST/ecr/aws4_request"}), Errc::signature_mismatch,
                 "Credential should be scoped to a valid region, not 'US_EAST'. ");
  expect_refused(
      signed_request({.scope = "20260227/eu-west-1/s3/aws5_request"}), Errc::signature_mismatch,
      "Credential should be scoped to a valid region, not 'eu-west-1'. Credential should be scoped to correct "
      "service: 'ecr'. Credential should be scoped with a valid terminator: 'aws4_request', not "
      "'aws5_request'. Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from "
      "HTTP: '20260227' != '20260228', from '20260228T120000Z'.",
      {.regions = {"us-east-1", "us-west-2"}, .services = {"ecr", "sts"}});
  EXPECT_TRUE(verify(signed_request(), {.regions = {"us-west-2", "us-east-1"}, .services = {"sts", "ecr"}}));
}

TEST_F(SigV4Test, SomeServicesAreInNoRegion) {
  EXPECT_FALSE(verify(signed_request(), {.regions = {"us-west-2"}, .regionless = {"iam"}}));
  EXPECT_TRUE(verify(signed_request(), {.regions = {"us-west-2"}, .regionless = {"iam", "ecr"}}));
}

TEST_F(SigV4Test, ClockSkew) {
  const TestRequest request = signed_request();
  clock_.advance(minutes(15));
  EXPECT_TRUE(verify(request));
  clock_.advance(seconds(1));
  expect_refused(
      request, Errc::signature_mismatch,
      "Signature expired: 20260228T120000Z is now earlier than 20260228T120001Z (20260228T121501Z - 15 min.)");
  expect_refused(
      request, Errc::signature_mismatch,
      "Signature expired: 20260228T120000Z is now earlier than 20260228T121411Z (20260228T121501Z - 50 sec.)",
      {.skew = seconds(50)});
  clock_.advance(-minutes(30));
  EXPECT_TRUE(verify(request, {.skew = minutes(15) - seconds(1) + seconds(1)}));
  clock_.advance(-seconds(2));
  expect_refused(
      request, Errc::signature_mismatch,
      "Signature not yet current: 20260228T120000Z is still later than 20260228T115959Z (20260228T114459Z + 15 "
      "min.)");
}

TEST_F(SigV4Test, PresignedExpiry) {
  const TestRequest request = presigned_request("3600");
  clock_.advance(seconds(3600));
  EXPECT_TRUE(verify(request));
  clock_.advance(seconds(1));
  expect_refused(
      request, Errc::signature_mismatch,
      "Signature expired: 20260228T120000Z is now earlier than 20260228T120001Z (20260228T130001Z - 60 min.)");
  clock_.advance(-seconds(3601) - minutes(15) - seconds(1));
  BERTH_EXPECT_FAILS(verify(request), Errc::signature_mismatch);
  for (const std::string_view expires : {"0", "-1", "604801", "x", "6x", "+6", "99999999999999999999", "1.5", "%20"}) {
    expect_refused(presigned_request(expires), Errc::incomplete_signature,
                   "X-Amz-Expires must be a number of seconds between 1 and 604800.");
  }
}

TEST_F(SigV4Test, PresignedWithoutExpiryLivesAsLongAsAHeader) {
  const TestRequest request = presigned_request("");
  clock_.advance(minutes(15));
  EXPECT_TRUE(verify(request));
  clock_.advance(seconds(1));
  BERTH_EXPECT_FAILS(verify(request), Errc::signature_mismatch);
}

TEST_F(SigV4Test, BadDates) {
  for (const std::string_view date : {"201", "Mon, 09 Sep 2011 23:36:00 GMT", "20260230T000000Z"}) {
    TestRequest request = signed_request();
    request.header("X-Amz-Date") = date;
    expect_refused(request, Errc::incomplete_signature,
                   "Date must be in ISO-8601 'basic format'. Got '" + std::string(date) +
                       "'. See http://en.wikipedia.org/wiki/ISO_8601");
  }
  TestRequest request = signed_request();
  request.header("X-Amz-Date") = "\x01\xff" + std::string(1000, 'x');
  const auto result = verify(request);
  BERTH_EXPECT_FAILS(result, Errc::incomplete_signature);
  EXPECT_LT(result.error().message.size(), 400U);
  EXPECT_NE(result.error().message.find("Got '??xxx"), std::string::npos);
}

TEST_F(SigV4Test, SignedHeadersThatLeaveOutWhatMatters) {
  expect_refused(signed_request({.signed_headers = "x-amz-date;x-amz-target"}), Errc::signature_mismatch,
                 "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  expect_refused(signed_request({.signed_headers = "host;x-amz-target"}), Errc::signature_mismatch,
                 "'X-Amz-Date' must be a 'SignedHeader' in the AWS Authorization.");
  expect_refused(signed_request({.signed_headers = "host;x-amz-date"}), Errc::signature_mismatch,
                 "'X-Amz-Target' must be a 'SignedHeader' in the AWS Authorization.");
  TestRequest request = presigned_request("60");
  request.header("x-amz-target") = "Service.DeleteRepository";
  BERTH_EXPECT_FAILS(verify(request), Errc::signature_mismatch);
}

TEST_F(SigV4Test, SignedHeadersInAnotherOrderOrCase) {
  std::string many = "host;x-amz-date;x-amz-target";
  for (int i = 1000; i < 1200; ++i) many += ";y-" + std::to_string(i);
  for (const std::string& names :
       {std::string("x-amz-date;host;x-amz-target"), std::string("host;host;x-amz-date;x-amz-target"),
        std::string("Host;x-amz-date;x-amz-target"), std::string("host;;x-amz-date;x-amz-target"),
        std::string("host;x-amz-date;x-amz-target;"), std::string(";host;x-amz-date;x-amz-target"),
        std::string("host;x-amz-date;x-amz-target;\xc3\xa9"), many}) {
    BERTH_EXPECT_FAILS(verify(signed_request({.signed_headers = names})), Errc::signature_mismatch);
  }
}

TEST_F(SigV4Test, DeclaredPayloadHashIsVerifiedBeforeTheBody) {
  TestRequest bare{.body = "{}"};
  bare.header("X-Amz-Content-Sha256") = crypto::sha256_hex(base::as_bytes(bare.body));
  const TestRequest request =
      signed_request({.signed_headers = "host;x-amz-content-sha256;x-amz-date;x-amz-target"}, bare);
  EXPECT_TRUE(verify(request));

  TestRequest other_body = request;
  other_body.body = "{ }";
  expect_refused(other_body, Errc::signature_mismatch, kMismatch);

  TestRequest forged = request;
  forged.header("Authorization").back() ^= 1;
  BERTH_EXPECT_FAILS(SigV4Verifier(credentials_, clock_).inspect(forged.head()), Errc::signature_mismatch);
}

TEST_F(SigV4Test, PayloadsThatAreNotSigned) {
  for (const std::string_view hash :
       {"UNSIGNED-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "STREAMING-UNSIGNED-PAYLOAD-TRAILER", "",
        "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855"}) {
    TestRequest bare;
    bare.header("X-Amz-Content-Sha256") = hash;
    expect_refused(signed_request({}, bare), Errc::signature_mismatch, kMismatch);
  }
}

TEST_F(SigV4Test, PendingShowsTheServiceAndOutlivesTheHead) {
  const SigV4Verifier verifier(credentials_, clock_);
  std::optional<PendingSignature> pending;
  {
    const TestRequest request = signed_request();
    auto result = verifier.inspect(request.head());
    ASSERT_TRUE(result);
    pending = std::move(*result);
  }
  EXPECT_EQ(pending->service(), "ecr");
  BERTH_EXPECT_FAILS(SigV4Verifier(credentials_, clock_).verify(std::move(*pending), "not a hash"),
                     Errc::signature_mismatch);
}

TEST_F(SigV4Test, AChangedSecretIsNeverStale) {
  const SigV4Verifier verifier(credentials_, clock_);
  const auto check = [&](const TestRequest& request) {
    auto pending = verifier.inspect(request.head());
    return pending && verifier.verify(std::move(*pending), crypto::sha256_hex({})).has_value();
  };
  EXPECT_TRUE(check(signed_request()));
  EXPECT_TRUE(check(signed_request()));
  credentials_.add("AKIDEXAMPLE", "changed");
  EXPECT_FALSE(check(signed_request()));
  EXPECT_TRUE(check(signed_request({.secret = "changed"})));
  EXPECT_EQ(credentials_.lookups, 4);  // each time: a key that was taken away is gone at once
}

TEST_F(SigV4Test, HugeHeads) {
  TestRequest request = signed_request();
  request.header("Authorization") = "AWS4-HMAC-SHA256 " + std::string(1 << 20, ',');
  BERTH_EXPECT_FAILS(verify(request), Errc::incomplete_signature);
  request.header("Authorization") = "AWS4-HMAC-SHA256 " + std::string(1 << 20, '=');
  BERTH_EXPECT_FAILS(verify(request), Errc::incomplete_signature);
  request = signed_request();
  for (int i = 0; i < 2000; ++i) request.headers.emplace_back("X-Extra-" + std::to_string(i), std::string(100, 'x'));
  EXPECT_TRUE(verify(request));
  request.query = std::string(1 << 20, '&');
  EXPECT_TRUE(verify(request));
  request.query = std::string(1 << 20, '%');
  BERTH_EXPECT_FAILS(verify(request), Errc::signature_mismatch);
}

}  // namespace
}  // namespace berth::auth
