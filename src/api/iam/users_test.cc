// Users, groups and access keys: the XML, byte for byte.
#include "api/iam/iam_test_support.h"

namespace berth::api::iam {
namespace {

struct Users : IamTest {};

TEST_F(Users, LifeOfAUser) {
  const auto made = good("CreateUser", "UserName=ann&Path=/ops/&Tags.member.1.Key=team&Tags.member.1.Value=a+b");
  const auto id = element(made, "UserId");
  EXPECT_TRUE(id.starts_with("AIDA") && id.size() == 21) << id;
  const auto user =
      "<Path>/ops/</Path><UserName>ann</UserName><UserId>" + id +
      "</UserId><Arn>arn:aws:iam::123456789012:user/ops/ann</Arn><CreateDate>2023-11-14T22:13:20Z</CreateDate>";
  const std::string tags = "<Tags><member><Key>team</Key><Value>a b</Value></member></Tags>";
  EXPECT_EQ(made, answer("CreateUser", "<CreateUserResult><User>" + user + tags + "</User></CreateUserResult>"));
  EXPECT_EQ(good("GetUser", "UserName=ann"),
            answer("GetUser", "<GetUserResult><User>" + user + tags + "</User></GetUserResult>"));
  EXPECT_EQ(good("ListUsers"), answer("ListUsers", "<ListUsersResult><Users><member>" + user +
                                                       "</member></Users><IsTruncated>false</IsTruncated>"
                                                       "</ListUsersResult>"));
  EXPECT_EQ(bad(409, "CreateUser", "UserName=ann"), error("EntityAlreadyExists", "User with name ann already exists."));
  EXPECT_EQ(good("UpdateUser", "UserName=ann&NewUserName=bea&NewPath=/"), answer("UpdateUser", ""));
  EXPECT_EQ(element(good("GetUser", "UserName=bea"), "Arn"), "arn:aws:iam::123456789012:user/bea");
  EXPECT_EQ(good("DeleteUser", "UserName=bea"), answer("DeleteUser", ""));
  EXPECT_EQ(bad(404, "GetUser", "UserName=bea"), error("NoSuchEntity", "The user with name bea cannot be found."));
}

TEST_F(Users, BrokenRules) {
  const auto broken = [](std::string_view path, std::string_view rule) {
    return error("ValidationError", "1 validation error detected: Value at '" + std::string(path) +
                                        "' failed to satisfy constraint: " + std::string(rule));
  };
  EXPECT_EQ(bad(400, "CreateUser", "UserName=" + std::string(65, 'a')),
            broken("userName", "Member must have length less than or equal to 64"));
  EXPECT_EQ(bad(400, "CreateUser", "UserName=a%20b"),
            broken("userName", R"(Member must satisfy regular expression pattern: [\w+=,.@-]+)"));
  EXPECT_EQ(bad(400, "CreateUser"), broken("userName", "Member must not be null"));
  EXPECT_EQ(
      bad(400, "CreateUser", "UserName=a&Path=x"),
      broken("path", R"(Member must satisfy regular expression pattern: (\u002F)|(\u002F[\u0021-\u007E]+\u002F))"));
  EXPECT_EQ(bad(400, "ListUsers", "MaxItems=0"),
            broken("maxItems", "Member must have value greater than or equal to 1"));
  EXPECT_EQ(bad(400, "UpdateAccessKey", "AccessKeyId=AKIAEXAMPLEEXAMPLE&Status=active"),
            broken("status", "Member must satisfy enum value set: [Active, Inactive, Expired]"));
}

TEST_F(Users, Pages) {
  for (const auto* const name : {"a", "b", "c"}) good("CreateUser", "UserName=" + std::string(name));
  const auto first = good("ListUsers", "MaxItems=2");
  EXPECT_EQ(element(first, "IsTruncated"), "true");
  const auto rest = good("ListUsers", "MaxItems=2&Marker=" + web::percent_encode(element(first, "Marker")));
  EXPECT_EQ(element(rest, "UserName"), "c");
  EXPECT_FALSE(rest.contains("<Marker>"));
  EXPECT_EQ(bad(400, "ListGroups", "Marker=" + element(first, "Marker")), error("ValidationError", "Invalid Marker."));
  EXPECT_EQ(bad(400, "ListUsers", "Marker=%21"), error("ValidationError", "Invalid Marker."));
}

TEST_F(Users, PagesBeginAfterTheLongestNames) {
  std::string key;
  for (int i = 0; i < 127; ++i) key += "%F0%A0%80%80";  // four bytes each
  good("CreateUser", "UserName=ann&Tags.member.1.Key=" + key + "1&Tags.member.1.Value=1&Tags.member.2.Key=" + key +
                         "2&Tags.member.2.Value=2");
  const auto first = good("ListUserTags", "UserName=ann&MaxItems=1");
  EXPECT_EQ(element(first, "Value"), "1");
  const auto rest = good("ListUserTags", "UserName=ann&Marker=" + element(first, "Marker"));
  EXPECT_EQ(element(rest, "Value"), "2");
}

TEST_F(Users, Groups) {
  good("CreateUser", "UserName=ann");
  const auto made = good("CreateGroup", "GroupName=ops");
  const auto group = "<Group><Path>/</Path><GroupName>ops</GroupName><GroupId>" + element(made, "GroupId") +
                     "</GroupId><Arn>arn:aws:iam::123456789012:group/ops</Arn>"
                     "<CreateDate>2023-11-14T22:13:20Z</CreateDate></Group>";
  EXPECT_EQ(made, answer("CreateGroup", "<CreateGroupResult>" + group + "</CreateGroupResult>"));
  EXPECT_EQ(good("AddUserToGroup", "GroupName=ops&UserName=ann"), answer("AddUserToGroup", ""));
  const auto got = good("GetGroup", "GroupName=ops");
  EXPECT_TRUE(got.contains(group) && got.contains("<UserName>ann</UserName>")) << got;
  EXPECT_EQ(element(good("ListGroupsForUser", "UserName=ann"), "GroupName"), "ops");
  EXPECT_EQ(good("RemoveUserFromGroup", "GroupName=ops&UserName=ann"), answer("RemoveUserFromGroup", ""));
  EXPECT_EQ(good("DeleteGroup", "GroupName=ops"), answer("DeleteGroup", ""));
}

TEST_F(Users, AccessKeys) {
  good("CreateUser", "UserName=ann");
  const auto made = good("CreateAccessKey", "UserName=ann");
  const auto id = element(made, "AccessKeyId");
  EXPECT_EQ(made,
            answer("CreateAccessKey", "<CreateAccessKeyResult><AccessKey><UserName>ann</UserName><AccessKeyId>" + id +
                                          "</AccessKeyId><Status>Active</Status><SecretAccessKey>" +
                                          element(made, "SecretAccessKey") +
                                          "</SecretAccessKey><CreateDate>2023-11-14T22:13:20Z</CreateDate></AccessKey>"
                                          "</CreateAccessKeyResult>"));
  good("UpdateAccessKey", "UserName=ann&Status=Inactive&AccessKeyId=" + id);
  const auto listed = good("ListAccessKeys", "UserName=ann");
  EXPECT_EQ(element(listed, "Status"), "Inactive");
  EXPECT_FALSE(listed.contains("Secret"));
  EXPECT_EQ(good("GetAccessKeyLastUsed", "AccessKeyId=" + id),
            answer("GetAccessKeyLastUsed",
                   "<GetAccessKeyLastUsedResult><UserName>ann</UserName><AccessKeyLastUsed>"
                   "<ServiceName>N/A</ServiceName><Region>N/A</Region></AccessKeyLastUsed>"
                   "</GetAccessKeyLastUsedResult>"));
  EXPECT_EQ(element(bad(400, "UpdateAccessKey", "UserName=ann&Status=Expired&AccessKeyId=" + id), "Code"),
            "InvalidInput");
  good("DeleteAccessKey", "UserName=ann&AccessKeyId=" + id);
  EXPECT_EQ(bad(400, "ListAccessKeys"),
            error("ValidationError", "Must specify userName when calling with non-User credentials"));
}

TEST_F(Users, WhatNobodyHas) {
  good("CreateUser", "UserName=ann");
  EXPECT_EQ(good("ListMFADevices", "UserName=ann"),
            answer("ListMFADevices",
                   "<ListMFADevicesResult><MFADevices></MFADevices><IsTruncated>false</IsTruncated>"
                   "</ListMFADevicesResult>"));
  EXPECT_EQ(bad(404, "GetLoginProfile", "UserName=ann"),
            error("NoSuchEntity", "Login Profile for User ann cannot be found."));
  EXPECT_EQ(bad(404, "ListSSHPublicKeys", "UserName=bea"),
            error("NoSuchEntity", "The user with name bea cannot be found."));
  EXPECT_EQ(bad(404, "GetAccountPasswordPolicy"),
            error("NoSuchEntity", "The Password Policy with domain name 123456789012 cannot be found."));
}

}  // namespace
}  // namespace berth::api::iam
