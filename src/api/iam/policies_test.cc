// Roles and policies: documents come back percent-encoded.
#include "api/iam/iam_test_support.h"

namespace berth::api::iam {
namespace {

struct Policies : IamTest {
  std::string document = "PolicyDocument=" + web::percent_encode(kAllow);
};

TEST_F(Policies, Roles) {
  const auto made = good("CreateRole", "RoleName=ci&MaxSessionDuration=7200&Description=d&AssumeRolePolicyDocument=" +
                                           web::percent_encode(kTrust));
  EXPECT_EQ(element(made, "AssumeRolePolicyDocument"), web::percent_encode(kTrust));
  EXPECT_EQ(element(made, "MaxSessionDuration"), "7200");
  EXPECT_EQ(element(made, "Arn"), "arn:aws:iam::123456789012:role/ci");
  const auto got = good("GetRole", "RoleName=ci");
  EXPECT_TRUE(got.contains("<RoleLastUsed></RoleLastUsed>")) << got;
  EXPECT_EQ(good("UpdateRole", "RoleName=ci&Description="),
            answer("UpdateRole", "<UpdateRoleResult></UpdateRoleResult>"));
  EXPECT_EQ(element(bad(400, "UpdateAssumeRolePolicy", "RoleName=ci&" + document), "Code"), "MalformedPolicyDocument");
  EXPECT_EQ(good("ListInstanceProfilesForRole", "RoleName=ci"),
            answer("ListInstanceProfilesForRole",
                   "<ListInstanceProfilesForRoleResult><InstanceProfiles></InstanceProfiles>"
                   "<IsTruncated>false</IsTruncated></ListInstanceProfilesForRoleResult>"));
  EXPECT_EQ(good("DeleteRole", "RoleName=ci"), answer("DeleteRole", ""));
}

TEST_F(Policies, Inline) {
  good("CreateGroup", "GroupName=ops");
  EXPECT_EQ(good("PutGroupPolicy", "GroupName=ops&PolicyName=p&" + document), answer("PutGroupPolicy", ""));
  EXPECT_EQ(good("GetGroupPolicy", "GroupName=ops&PolicyName=p"),
            answer("GetGroupPolicy",
                   "<GetGroupPolicyResult><GroupName>ops</GroupName><PolicyName>p</PolicyName>"
                   "<PolicyDocument>" +
                       web::percent_encode(kAllow) + "</PolicyDocument></GetGroupPolicyResult>"));
  EXPECT_EQ(good("ListGroupPolicies", "GroupName=ops"),
            answer("ListGroupPolicies",
                   "<ListGroupPoliciesResult><PolicyNames><member>p</member></PolicyNames>"
                   "<IsTruncated>false</IsTruncated></ListGroupPoliciesResult>"));
  EXPECT_EQ(element(bad(400, "PutGroupPolicy", "GroupName=ops&PolicyName=p&PolicyDocument=%7B"), "Code"),
            "MalformedPolicyDocument");
}

TEST_F(Policies, Managed) {
  const auto made = good("CreatePolicy", "PolicyName=p&" + document);
  const auto arn = element(made, "Arn");
  EXPECT_EQ(arn, "arn:aws:iam::123456789012:policy/p");
  const auto policy =
      "<PolicyName>p</PolicyName><PolicyId>" + element(made, "PolicyId") + "</PolicyId><Arn>" + arn +
      "</Arn><Path>/</Path><DefaultVersionId>v1</DefaultVersionId><AttachmentCount>0</AttachmentCount>"
      "<PermissionsBoundaryUsageCount>0</PermissionsBoundaryUsageCount><IsAttachable>true</IsAttachable>"
      "<CreateDate>2023-11-14T22:13:20Z</CreateDate><UpdateDate>2023-11-14T22:13:20Z</UpdateDate>";
  EXPECT_EQ(made, answer("CreatePolicy", "<CreatePolicyResult><Policy>" + policy + "</Policy></CreatePolicyResult>"));
  EXPECT_EQ(
      good("GetPolicyVersion", "VersionId=v1&PolicyArn=" + arn),
      answer("GetPolicyVersion", "<GetPolicyVersionResult><PolicyVersion><Document>" + web::percent_encode(kAllow) +
                                     "</Document><VersionId>v1</VersionId><IsDefaultVersion>true"
                                     "</IsDefaultVersion><CreateDate>2023-11-14T22:13:20Z</CreateDate>"
                                     "</PolicyVersion></GetPolicyVersionResult>"));
  EXPECT_EQ(element(good("CreatePolicyVersion", document + "&SetAsDefault=true&PolicyArn=" + arn), "VersionId"), "v2");
  EXPECT_FALSE(good("ListPolicyVersions", "PolicyArn=" + arn).contains("<Document>"));

  good("CreateUser", "UserName=ann");
  good("AttachUserPolicy", "UserName=ann&PolicyArn=" + arn);
  EXPECT_EQ(
      good("ListAttachedUserPolicies", "UserName=ann"),
      answer("ListAttachedUserPolicies",
             "<ListAttachedUserPoliciesResult><AttachedPolicies><member><PolicyName>p</PolicyName><PolicyArn>" + arn +
                 "</PolicyArn></member></AttachedPolicies><IsTruncated>false</IsTruncated>"
                 "</ListAttachedUserPoliciesResult>"));
  const auto entities = good("ListEntitiesForPolicy", "PolicyArn=" + arn);
  EXPECT_TRUE(entities.contains("<PolicyGroups></PolicyGroups><PolicyUsers><member><UserName>ann</UserName>"))
      << entities;
  EXPECT_EQ(element(bad(400, "ListEntitiesForPolicy", "EntityFilter=LocalManagedPolicy&PolicyArn=" + arn), "Code"),
            "InvalidInput");
  EXPECT_EQ(element(bad(409, "DeletePolicy", "PolicyArn=" + arn), "Code"), "DeleteConflict");
}

TEST_F(Policies, Simulation) {
  const auto result = good("SimulateCustomPolicy",
                           "ActionNames.member.1=ecr:PutImage&ActionNames.member.2=s3:GetObject&MaxItems=1&"
                           "PolicyInputList.member.1=" +
                               web::percent_encode(kAllow));
  EXPECT_EQ(element(result, "EvalActionName"), "ecr:PutImage");
  EXPECT_EQ(element(result, "EvalDecision"), "allowed");
  EXPECT_EQ(element(result, "IsTruncated"), "true");
  const auto rest =
      good("SimulateCustomPolicy",
           "ActionNames.member.1=ecr:PutImage&ActionNames.member.2=s3:GetObject&PolicyInputList.member.1=" +
               web::percent_encode(kAllow) + "&Marker=" + element(result, "Marker"));
  EXPECT_EQ(element(rest, "EvalActionName"), "s3:GetObject");
  EXPECT_EQ(element(rest, "EvalDecision"), "implicitDeny");
  EXPECT_EQ(element(rest, "IsTruncated"), "false");
  EXPECT_EQ(good("GetContextKeysForCustomPolicy", "PolicyInputList.member.1=" + web::percent_encode(kAllow)),
            answer("GetContextKeysForCustomPolicy",
                   "<GetContextKeysForCustomPolicyResult><ContextKeyNames>"
                   "</ContextKeyNames></GetContextKeysForCustomPolicyResult>"));
}

TEST_F(Policies, TheAccount) {
  const auto summary = good("GetAccountSummary");
  EXPECT_TRUE(summary.contains("<entry><key>UsersQuota</key><value>5000</value></entry>")) << summary;
  good("CreateAccountAlias", "AccountAlias=berth");
  EXPECT_EQ(good("ListAccountAliases"),
            answer("ListAccountAliases",
                   "<ListAccountAliasesResult><AccountAliases><member>berth</member>"
                   "</AccountAliases><IsTruncated>false</IsTruncated></ListAccountAliasesResult>"));
  good("CreateUser", "UserName=ann");
  good("PutUserPolicy", "UserName=ann&PolicyName=p&" + document);
  const auto details = good("GetAccountAuthorizationDetails", "Filter.member.1=User");
  EXPECT_TRUE(details.contains("<UserPolicyList><member><PolicyName>p</PolicyName><PolicyDocument>" +
                               web::percent_encode(kAllow)))
      << details;
  EXPECT_TRUE(details.contains("<RoleDetailList></RoleDetailList>")) << details;
}

}  // namespace
}  // namespace berth::api::iam
