// The IAM door over identities in memory, for the tests of this room.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "api/aws/aws_test_support.h"
#include "api/iam/service.h"
#include "auth/auth_test_support.h"
#include "auth/key_ring.h"
#include "service/iam/services.h"
#include "service/service_test_support.h"
#include "web/url.h"

namespace berth::api::iam {

inline constexpr std::string_view kAllow =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ecr:*","Resource":"*"}]})";
inline constexpr std::string_view kTrust =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},)"
    R"("Action":"sts:AssumeRole"}]})";

// What an answer says around what the operation wrote.
inline std::string answer(std::string_view operation, std::string_view result) {
  const std::string name(operation);
  return "<" + name + "Response xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\">" + std::string(result) +
         "<ResponseMetadata><RequestId>" + std::string(aws::kRequestId) + "</RequestId></ResponseMetadata></" + name +
         "Response>";
}
inline std::string error(std::string_view code, std::string_view message) {
  return "<ErrorResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><Error><Type>Sender</Type><Code>" +
         std::string(code) + "</Code><Message>" + std::string(message) + "</Message></Error><RequestId>" +
         std::string(aws::kRequestId) + "</RequestId></ErrorResponse>";
}

struct IamTest : testing::Test {
  IamTest() {
    credentials.add(std::string(aws::kKeyId), std::string(aws::kSecret));
    const auto made = world.store.write({}, [](meta::Tx& tx) {
      return tx.accounts().create({.id = service::registry().account, .name = "first", .email = "a@example.com"});
    });
    EXPECT_TRUE(service::ok(made));
  }

  // A signed call of `operation`; `members`: the rest of the form, raw.
  web::Response call(std::string_view operation, std::string_view members = "") {
    auto form = "Action=" + std::string(operation) + "&Version=2010-05-08";
    if (!members.empty()) form.append("&").append(members);
    auto request = aws::request_to(web::Method::post, "/");
    request.headers.add("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
    aws::Signer(world.clock.now()).sign(request, "iam", form);
    return aws::exchange(front, request, form);
  }
  // The body of an answer that must be a success.
  std::string good(std::string_view operation, std::string_view members = "") {
    const auto response = call(operation, members);
    EXPECT_EQ(response.status, 200) << operation << " " << aws::body_of(response);
    return aws::body_of(response);
  }
  // The body of an answer that must have this status.
  std::string bad(int status, std::string_view operation, std::string_view members = "") {
    const auto response = call(operation, members);
    EXPECT_EQ(response.status, status) << operation << " " << aws::body_of(response);
    return aws::body_of(response);
  }
  // What stands in the first <name>.
  static std::string element(const std::string& xml, const std::string& name) {
    const auto start = xml.find("<" + name + ">");
    const auto end = xml.find("</" + name + ">");
    if (start == std::string::npos || end == std::string::npos) return "no " + name + " in " + xml;
    return xml.substr(start + name.size() + 2, end - start - name.size() - 2);
  }

  service::World world;
  auth::FakeCredentials credentials;
  auth::SigV4Verifier verifier{credentials, world.clock};
  auth::KeyRing keys = auth::KeyRing::from_bytes(std::string(32, 'k')).value();
  service::iam::Services services{world.core, keys};
  base::NullLog log;
  Service iam{services, log};
  aws::Front front{verifier, {&iam}, log, std::chrono::seconds(30)};
};

}  // namespace berth::api::iam
