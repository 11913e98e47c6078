// Accounts and service control policies: the JSON, and the names of what goes wrong.
#include "api/organizations/service.h"

#include <gtest/gtest.h>

#include "api/aws/aws_test_support.h"
#include "api/organizations/members.h"
#include "api/organizations/operations.h"
#include "auth/auth_test_support.h"
#include "auth/key_ring.h"
#include "json/parse.h"
#include "service/iam/services.h"
#include "service/service_test_support.h"

namespace berth::api::organizations {
namespace {

constexpr std::string_view kScp = R"({\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Deny\",)"
                                  R"(\"Action\":\"ecr:PutImage\",\"Resource\":\"*\"}]})";

struct OrganizationsTest : testing::Test {
  OrganizationsTest() { credentials.add(std::string(aws::kKeyId), std::string(aws::kSecret)); }

  void found_organization() {
    EXPECT_TRUE(service::ok(services.accounts.create_first(
        world.scope, {.name = "first", .email = "first@example.com", .id = service::registry().account})));
  }
  web::Response call(std::string_view operation, std::string_view body) {
    std::string text(body);
    std::ranges::replace(text, '\'', '"');
    auto request = aws::request_to(web::Method::post, "/");
    request.headers.add("Content-Type", "application/x-amz-json-1.1");
    request.headers.add("X-Amz-Target", "AWSOrganizationsV20161128." + std::string(operation));
    aws::Signer(world.clock.now()).sign(request, "organizations", text);
    return aws::exchange(front, request, text);
  }
  json::Value good(std::string_view operation, std::string_view body) {
    const auto response = call(operation, body);
    EXPECT_EQ(response.status, 200) << operation << " " << aws::body_of(response);
    const auto text = aws::body_of(response);
    return text.empty() ? json::Value() : json::parse(text).value_or(json::Value());
  }
  // "Exception" or "Exception/REASON".
  std::string bad(std::string_view operation, std::string_view body) {
    const auto response = call(operation, body);
    EXPECT_EQ(response.status, 400) << operation << " " << aws::body_of(response);
    const auto document = json::parse(aws::body_of(response)).value_or(json::Value());
    const auto text = [&](std::string_view name) {
      const auto* const found = document.find_string(name);
      return found == nullptr ? std::string() : *found;
    };
    EXPECT_EQ(document.find("subject"), nullptr);
    return text("__type") + (text("Reason").empty() ? "" : "/" + text("Reason"));
  }
  static std::string at(const json::Value& value, std::initializer_list<std::string_view> path) {
    const json::Value* here = &value;
    for (const auto name : path) {
      here = here == nullptr ? nullptr : here->find(name);
      if (here != nullptr && here->as_array() != nullptr && !here->as_array()->empty())
        here = &here->as_array()->front();
    }
    return here == nullptr || here->as_string() == nullptr ? "" : *here->as_string();
  }
  std::string new_policy(std::string_view name) {
    return at(good("CreatePolicy", "{'Name':'" + std::string(name) +
                                       "','Description':'','Type':'SERVICE_CONTROL_POLICY','Content':'" +
                                       std::string(kScp) + "'}"),
              {"Policy", "PolicySummary", "Id"});
  }

  service::World world;
  auth::FakeCredentials credentials;
  auth::SigV4Verifier verifier{credentials, world.clock};
  auth::KeyRing keys = auth::KeyRing::from_bytes(std::string(32, 'k')).value();
  service::iam::Services services{world.core, keys};
  base::NullLog log;
  Service organizations{services, log};
  aws::Front front{verifier, {&organizations}, log, std::chrono::seconds(30)};
};

TEST_F(OrganizationsTest, NoneYet) {
  EXPECT_EQ(bad("DescribeOrganization", "{}"), "AWSOrganizationsNotInUseException");
  EXPECT_EQ(bad("DropAll", "{}"), "UnknownOperationException");
  EXPECT_EQ(bad("ListAccounts", "["), "SerializationException");
}

TEST_F(OrganizationsTest, TheOrganization) {
  found_organization();
  const auto found = good("DescribeOrganization", "{}");
  const auto id = at(found, {"Organization", "Id"});
  EXPECT_EQ(at(found, {"Organization", "Arn"}), "arn:aws:organizations::123456789012:organization/" + id);
  EXPECT_EQ(at(found, {"Organization", "MasterAccountEmail"}), "first@example.com");
  EXPECT_EQ(at(found, {"Organization", "AvailablePolicyTypes", "Type"}), "SERVICE_CONTROL_POLICY");
  const auto roots = good("ListRoots", "{}");
  const auto root = at(roots, {"Roots", "Id"});
  EXPECT_TRUE(is_root_id(root)) << root;
  EXPECT_EQ(bad("EnablePolicyType", "{'RootId':'" + root + "','PolicyType':'SERVICE_CONTROL_POLICY'}"),
            "PolicyTypeAlreadyEnabledException");
  EXPECT_EQ(bad("DisablePolicyType", "{'RootId':'" + root + "','PolicyType':'TAG_POLICY'}"),
            "PolicyTypeNotEnabledException");
  EXPECT_EQ(bad("EnablePolicyType", "{'RootId':'r-zzzz','PolicyType':'TAG_POLICY'}"), "RootNotFoundException");
}

TEST_F(OrganizationsTest, Accounts) {
  found_organization();
  const auto made = good("CreateAccount", "{'Email':'two@example.com','AccountName':'two'}");
  const auto account = at(made, {"CreateAccountStatus", "AccountId"});
  EXPECT_EQ(at(made, {"CreateAccountStatus", "State"}), "SUCCEEDED");
  const auto described = good("DescribeAccount", "{'AccountId':'" + account + "'}");
  EXPECT_TRUE(at(described, {"Account", "Arn"}).ends_with("/" + account)) << json::write(described);
  EXPECT_EQ(at(described, {"Account", "JoinedMethod"}), "CREATED");
  EXPECT_EQ(at(good("DescribeAccount", "{'AccountId':'123456789012'}"), {"Account", "JoinedMethod"}), "INVITED");
  EXPECT_EQ(good("ListAccounts", "{}").find("Accounts")->as_array()->size(), 2U);
  const auto first = good("ListAccounts", "{'MaxResults':1}");
  const auto token = at(first, {"NextToken"});
  const auto rest = good("ListAccounts", "{'NextToken':'" + token + "'}");
  EXPECT_EQ(rest.find("Accounts")->as_array()->size(), 1U);
  EXPECT_EQ(bad("ListAccounts", "{'NextToken':'?'}"), "InvalidInputException/INVALID_NEXT_TOKEN");
  const auto failed = good("CreateAccount", "{'Email':'two@example.com','AccountName':'three'}");
  EXPECT_EQ(at(failed, {"CreateAccountStatus", "FailureReason"}), "EMAIL_ALREADY_EXISTS");
  EXPECT_EQ(bad("DescribeAccount", "{'AccountId':'000000000001'}"), "AccountNotFoundException");
  EXPECT_EQ(bad("DescribeAccount", "{'AccountId':'1'}"), "InvalidInputException/INVALID_PATTERN");
  EXPECT_EQ(bad("CreateAccount", "{'Email':'x','AccountName':'y'}"), "InvalidInputException/INVALID_PATTERN");
  EXPECT_EQ(bad("ListParents", "{'ChildId':'000000000001'}"), "ChildNotFoundException");
  EXPECT_EQ(bad("CloseAccount", "{'AccountId':'123456789012'}"),
            "ConstraintViolationException/CANNOT_CLOSE_MANAGEMENT_ACCOUNT");
}

TEST_F(OrganizationsTest, Policies) {
  found_organization();
  const auto id = new_policy("no pushes");
  EXPECT_TRUE(is_policy_id(id)) << id;
  const auto target = "{'PolicyId':'" + id + "','TargetId':'123456789012'}";
  EXPECT_EQ(aws::body_of(call("AttachPolicy", target)), "");
  EXPECT_EQ(bad("AttachPolicy", target), "DuplicatePolicyAttachmentException");
  EXPECT_EQ(bad("DeletePolicy", "{'PolicyId':'" + id + "'}"), "PolicyInUseException");
  good("DetachPolicy", target);
  EXPECT_EQ(bad("DetachPolicy", target), "PolicyNotAttachedException");
  good("DeletePolicy", "{'PolicyId':'" + id + "'}");
  EXPECT_EQ(bad("DescribePolicy", "{'PolicyId':'" + id + "'}"), "PolicyNotFoundException");
  EXPECT_EQ(bad("UpdatePolicy", "{'PolicyId':'p-FullAWSAccess','Name':'x'}"), "InvalidInputException/IMMUTABLE_POLICY");
  EXPECT_EQ(bad("CreatePolicy", "{'Name':'x','Description':'','Type':'SERVICE_CONTROL_POLICY','Content':'{}'}"),
            "MalformedPolicyDocumentException");
  EXPECT_EQ(bad("CreatePolicy", "{'Name':'x','Description':'','Type':'TAG_POLICY','Content':'{}'}"),
            "PolicyTypeNotAvailableForOrganizationException");
  EXPECT_EQ(at(good("ListTargetsForPolicy", "{'PolicyId':'p-FullAWSAccess'}"), {"Targets", "Arn"}).substr(0, 36),
            "arn:aws:organizations::123456789012:");
}

TEST(Members, Ids) {
  EXPECT_TRUE(is_target_id("123456789012") && is_target_id("r-abcd") && is_target_id("ou-abcd-12345678"));
  EXPECT_FALSE(is_target_id("12345678901") || is_target_id("r-abc") || is_target_id("ou-abcd-1234567"));
  EXPECT_FALSE(is_target_id("r-ABCD") || is_target_id("") || is_target_id("ou-"));
  EXPECT_TRUE(is_policy_id("p-FullAWSAccess") && is_policy_id("p-12345678"));
  EXPECT_FALSE(is_policy_id("p-1234567") || is_policy_id("x-12345678"));
  EXPECT_TRUE(is_email("a@b.c") && is_email("a.b@c.d.e"));
  EXPECT_FALSE(is_email("a@b") || is_email("@b.c") || is_email("a@b@c.d") || is_email("a b@c.d") || is_email("a@.c"));
  EXPECT_FALSE(is_email("a@b."));
}

TEST(OperationsTable, FindsEachOfItsOwn) {
  for (const auto& operation : operations()) EXPECT_EQ(find_operation(operation.name), &operation);
  EXPECT_EQ(find_operation("CreateOrganizationalUnit"), nullptr);
}

}  // namespace
}  // namespace berth::api::organizations
