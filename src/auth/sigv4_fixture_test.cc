// Requests signed by botocore must verify, and every change of one must not (testdata/make_sigv4_fixtures.py).
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "auth/amz_date.h"
#include "auth/auth_test_support.h"
#include "auth/signer.h"
#include "auth/sigv4.h"
#include "base/bytes.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "json/parse.h"

namespace berth::auth {
namespace {

using base::Errc;

struct Case {
  TestRequest request;
  std::string region, service;
  std::optional<std::string> token;
};

struct Fixtures {
  base::Timestamp now;
  std::string access_key_id, secret;
  std::vector<Case> cases;
};

std::string text_of(const json::Value& value, std::string_view name) {
  const std::string* text = value.find_string(name);
  return text ? *text : throw std::logic_error("fixture without " + std::string(name));
}

Case read_case(const json::Value& value) {
  Case out{.request = {.name = text_of(value, "name"),
                       .method = text_of(value, "method"),
                       .path = text_of(value, "path"),
                       .query = text_of(value, "query"),
                       .host = text_of(value, "host"),
                       .body = base::from_base64(text_of(value, "body")).value()},
           .region = text_of(value, "region"),
           .service = text_of(value, "service")};
  for (const json::Value& header : *value.find("headers")->as_array()) {
    const auto& pair = *header.as_array();
    out.request.headers.emplace_back(*pair.at(0).as_string(), *pair.at(1).as_string());
  }
  if (const std::string* token = value.find_string("token")) out.token = *token;
  return out;
}

const Fixtures& fixtures() {
  static const Fixtures kFixtures = [] {
    std::ifstream file(std::filesystem::path(__FILE__).parent_path() / "testdata" / "sigv4.json");
    const auto json = json::parse(std::string(std::istreambuf_iterator<char>(file), {})).value();
    Fixtures out{.now = parse_amz_date(text_of(json, "now")).value(),
                 .access_key_id = text_of(json, "accessKeyId"),
                 .secret = text_of(json, "secretAccessKey"),
                 .cases = {}};
    for (const json::Value& value : *json.find("cases")->as_array()) out.cases.push_back(read_case(value));
    return out;
  }();
  return kFixtures;
}

class SigV4Fixture : public testing::TestWithParam<std::size_t> {
 protected:
  const Case& fixture() const { return fixtures().cases[GetParam()]; }

  base::Result<Authenticated> verify(const TestRequest& request, std::string_view secret = fixtures().secret) const {
    FakeCredentials credentials;
    credentials.add(fixtures().access_key_id, std::string(secret), fixture().token.value_or(""));
    const base::ManualClock clock(fixtures().now);
    const SigV4Verifier verifier(credentials, clock);
    auto pending = verifier.inspect(request.head());
    if (!pending) return base::propagate(pending);
    return verifier.verify(std::move(*pending), crypto::sha256_hex(base::as_bytes(request.body)));
  }

  // The names in SignedHeaders, from wherever they stand.
  std::vector<std::string> signed_names() const {
    const auto query = parse_query(fixture().request.query);
    const auto fields = read_signature(fixture().request.head(), query).value();
    std::vector<std::string> out;
    for (const auto name : base::split(fields.signed_headers, ';')) out.emplace_back(name);
    return out;
  }
};

TEST_P(SigV4Fixture, Verifies) {
  const auto result = verify(fixture().request);
  ASSERT_TRUE(result) << fixture().request.name << ": " << result.error().message;
  EXPECT_EQ(result->caller, Caller::root(account(), fixtures().access_key_id));
  EXPECT_EQ(result->region.text(), fixture().region);
  EXPECT_EQ(result->service, fixture().service);
}

TEST_P(SigV4Fixture, FailsWithAnotherSecret) {
  BERTH_EXPECT_FAILS(verify(fixture().request, "another"), Errc::signature_mismatch);
}

TEST_P(SigV4Fixture, FailsWhenAnyByteOfTheSignatureChanges) {
  TestRequest request = fixture().request;
  const bool presigned = request.query.find("X-Amz-Signature=") != std::string::npos;
  std::string& place = presigned ? request.query : request.header("Authorization");
  const std::size_t start = place.find("Signature=") + 10;
  ASSERT_EQ(place.size() - start, 64U);
  for (std::size_t i = start; i < place.size(); ++i) {
    const char right = place[i];
    for (const char wrong : {right == '0' ? '1' : '0', 'F', 'g'}) {
      place[i] = wrong;
      BERTH_EXPECT_FAILS(verify(request), Errc::signature_mismatch);
    }
    place[i] = right;
  }
  place.pop_back();
  BERTH_EXPECT_FAILS(verify(request), Errc::signature_mismatch);
}

TEST_P(SigV4Fixture, FailsWhenAnySignedHeaderChanges) {
  for (const std::string& name : signed_names()) {
    TestRequest changed = fixture().request;
    if (name == "host") {
      changed.host += 'x';
    } else {
      for (auto& [header, value] : changed.headers) {
        if (base::to_lower(header) == name) value += 'x';
      }
    }
    EXPECT_FALSE(verify(changed)) << fixture().request.name << ": " << name;

    TestRequest dropped = fixture().request;
    const bool says_something = !canonical_header(dropped.head(), name).empty();
    std::erase_if(dropped.headers, [&](const auto& field) { return base::to_lower(field.first) == name; });
    if (name == "host") dropped.host.clear();
    if (says_something) EXPECT_FALSE(verify(dropped)) << fixture().request.name << ": without " << name;
  }
}

TEST_P(SigV4Fixture, FailsWhenTheRestOfTheRequestChanges) {
  TestRequest request = fixture().request;
  request.method = request.method == "GET" ? "HEAD" : "GET";
  BERTH_EXPECT_FAILS(verify(request), Errc::signature_mismatch);

  request = fixture().request;
  request.path += "/x";
  BERTH_EXPECT_FAILS(verify(request), Errc::signature_mismatch);

  request = fixture().request;
  request.query += request.query.empty() ? "x" : "&x";
  BERTH_EXPECT_FAILS(verify(request), Errc::signature_mismatch);

  request = fixture().request;
  request.body += 'x';
  BERTH_EXPECT_FAILS(verify(request), Errc::signature_mismatch);
}

// Given what botocore signed, we sign the same.
TEST_P(SigV4Fixture, IsWhatSignMakes) {
  TestRequest request = fixture().request;
  if (request.head().values("x-amz-date").empty()) return;  // presigned, or by a Date header
  const std::string expected = request.header("Authorization");
  const auto names = signed_names();
  std::erase_if(request.headers, [&](const auto& field) {
    const std::string name = base::to_lower(field.first);
    return std::ranges::count(names, name) == 0 || name == "x-amz-date" || name == "x-amz-security-token";
  });
  SigningIdentity identity{.access_key_id = fixtures().access_key_id, .secret = base::Secret(fixtures().secret)};
  if (fixture().token) identity.session_token = base::Secret(*fixture().token);
  const auto added = sign(request.head(), crypto::sha256_hex(base::as_bytes(request.body)), identity, fixture().region,
                          fixture().service, fixtures().now);
  ASSERT_EQ(added.back().first, "Authorization");
  EXPECT_EQ(added.back().second, expected) << fixture().request.name;
}

INSTANTIATE_TEST_SUITE_P(Botocore, SigV4Fixture, testing::Range<std::size_t>(0, fixtures().cases.size()));

// The examples that AWS publishes: of the IAM User Guide, and of the SigV4 test suite.
struct Published {
  std::string_view method, host, query, service, content_type, signed_headers, signature;
};

TEST(SigV4Published, Verify) {
  const std::vector<Published> published = {
      {"GET", "iam.amazonaws.com", "Action=ListUsers&Version=2010-05-08", "iam",
       "application/x-www-form-urlencoded; charset=utf-8", "content-type;host;x-amz-date",
       "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"},
      {"GET", "example.amazonaws.com", "", "service", "", "host;x-amz-date",
       "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
      {"POST", "example.amazonaws.com", "", "service", "", "host;x-amz-date",
       "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
  };
  FakeCredentials credentials;
  credentials.add("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
  const base::ManualClock clock(parse_amz_date("20150830T123600Z").value());
  const SigV4Verifier verifier(credentials, clock);
  for (const Published& p : published) {
    TestRequest request{
        .method = std::string(p.method), .path = "/", .query = std::string(p.query), .host = std::string(p.host)};
    request.header("X-Amz-Date") = "20150830T123600Z";
    if (!p.content_type.empty()) request.header("Content-Type") = p.content_type;
    request.header("Authorization") =
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/" + std::string(p.service) +
        "/aws4_request, SignedHeaders=" + std::string(p.signed_headers) + ", Signature=" + std::string(p.signature);
    auto pending = verifier.inspect(request.head());
    ASSERT_TRUE(pending) << pending.error().message;
    const auto result = verifier.verify(std::move(*pending), crypto::sha256_hex({}));
    EXPECT_TRUE(result) << p.host << ' ' << p.method;
  }
}

}  // namespace
}  // namespace berth::auth
