#include "api/iam/operations.h"

#include <map>

#include "api/iam/iam_test_support.h"

namespace berth::api::iam {
namespace {

// A good value for each member that some operation requires.
std::string value_of(const json::MemberDescription& member) {
  static const std::map<std::string_view, std::string_view> kValues = {
      {"AccessKeyId", "AKIAEXAMPLEEXAMPLE"},
      {"AccountAlias", "alias"},
      {"ActionNames", "ecr:PutImage"},
      {"AssumeRolePolicyDocument", kTrust},
      {"AWSServiceName", "replication.ecr.amazonaws.com"},
      {"ClientID", "client"},
      {"DeletionTaskId", "task/x"},
      {"Description", "text"},
      {"GroupName", "group"},
      {"OpenIDConnectProviderArn", "arn:aws:iam::123456789012:oidc-provider/example.com"},
      {"PermissionsBoundary", "arn:aws:iam::123456789012:policy/policy"},
      {"PolicyArn", "arn:aws:iam::123456789012:policy/policy"},
      {"PolicyDocument", kAllow},
      {"PolicyInputList", kAllow},
      {"PolicyName", "policy"},
      {"PolicySourceArn", "arn:aws:iam::123456789012:user/ann"},
      {"RoleName", "role"},
      {"Status", "Active"},
      {"TagKeys", "key"},
      {"ThumbprintList", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},
      {"Url", "https://example.com"},
      {"UserName", "ann"},
      {"VersionId", "v1"},
  };
  const auto found = kValues.find(member.name);
  return found == kValues.end() ? "no value for " + member.name : std::string(found->second);
}

std::string good_form(const json::TypeDescription& input) {
  std::string form;
  for (const auto& member : input.members) {
    if (!member.required) continue;
    form += form.empty() ? "" : "&";
    if (member.name == "Tags") {
      form += "Tags.member.1.Key=k&Tags.member.1.Value=v";
    } else {
      form += member.name + (member.type.kind == json::TypeKind::list ? ".member.1=" : "=") +
              web::percent_encode(value_of(member));
    }
  }
  return form;
}

struct Operations : IamTest {};

TEST_F(Operations, AskBeforeTheyDoAnything) {
  world.authorizer.deny_all = true;
  for (const auto& operation : operations()) {
    const auto body = bad(403, operation.name, good_form(operation.input()));
    EXPECT_EQ(element(body, "Code"), "AccessDenied") << operation.name << " " << body;
  }
}

TEST_F(Operations, RequireTheirMembers) {
  for (const auto& operation : operations()) {
    const auto input = operation.input();
    const bool none = std::ranges::none_of(input.members, &json::MemberDescription::required);
    if (none) continue;
    const auto body = bad(400, operation.name);
    EXPECT_EQ(element(body, "Code"), "ValidationError") << operation.name;
    EXPECT_TRUE(body.contains("failed to satisfy constraint: Member must not be null")) << operation.name;
  }
}

TEST_F(Operations, UnknownOnes) {
  EXPECT_EQ(bad(400, "DropTables"),
            error("InvalidAction", "Could not find operation DropTables for version 2010-05-08"));
  EXPECT_EQ(bad(400, "listUsers"), error("InvalidAction", "Could not find operation listUsers for version 2010-05-08"));
  EXPECT_EQ(bad(400, "ChangePassword"),
            error("InvalidAction", "Could not find operation ChangePassword for version 2010-05-08"));
}

TEST(OperationsTable, HasEachOnce) {
  std::string_view last;
  for (const auto& operation : operations()) {
    EXPECT_LT(last, operation.name);
    last = operation.name;
    EXPECT_NE(operation.run, nullptr);
    EXPECT_NE(operation.input, nullptr);
  }
  EXPECT_EQ(operations().size(), 103U);
}

}  // namespace
}  // namespace berth::api::iam
