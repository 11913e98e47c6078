// CreateRepository, DescribeRepositories, DeleteRepository, PutImageTagMutability, resource tags,
// GetAuthorizationToken.
#include "api/ecr/ecr_test_support.h"

namespace berth::api::ecr {
namespace {

struct Repositories : EcrTest {};

// createdAt is the test clock's.
std::string shape(std::string_view name, std::string_view mutability = "'MUTABLE'") {
  return json_text(
      "{'repositoryArn':'arn:aws:ecr:us-east-1:123456789012:repository/@','registryId':'123456789012',"
      "'repositoryName':'@','repositoryUri':'123456789012.dkr.ecr.us-east-1.amazonaws.com/@',"
      "'createdAt':1700000000.0,'imageTagMutability':@,'imageScanningConfiguration':{'scanOnPush':false},"
      "'encryptionConfiguration':{'encryptionType':'AES256'}}",
      {std::string(name), std::string(name), std::string(name), json_text(mutability)});
}

TEST_F(Repositories, Create) {
  EXPECT_EQ(good("CreateRepository", json_text("{'repositoryName':'team/new','tags':[{'Key':'a','Value':'b'}]}")),
            R"({"repository":)" + shape("team/new") + "}");
  EXPECT_EQ(bad("CreateRepository", json_text("{'repositoryName':'team/new'}")),
            R"({"__type":"RepositoryAlreadyExistsException","message":"The repository with name 'team/new' already )"
            R"(exists in the registry with id '123456789012'"})");
}

TEST_F(Repositories, CreateWithEverything) {
  const auto made = good("CreateRepository",
                         json_text("{'registryId':'123456789012','repositoryName':'full','imageTagMutability':"
                                   "'IMMUTABLE_WITH_EXCLUSION','imageTagMutabilityExclusionFilters':[{'filterType':"
                                   "'WILDCARD','filter':'dev-*'}],'imageScanningConfiguration':{'scanOnPush':true},"
                                   "'encryptionConfiguration':{'encryptionType':'AES256'}}"));
  EXPECT_TRUE(
      made.contains(json_text("'imageTagMutability':'IMMUTABLE_WITH_EXCLUSION',"
                              "'imageTagMutabilityExclusionFilters':[{'filterType':'WILDCARD','filter':'dev-*'}"
                              "],'imageScanningConfiguration':{'scanOnPush':true}")))
      << made;
  const auto described = good("DescribeRepositories", json_text("{'repositoryNames':['full']}"));
  EXPECT_EQ(described, R"({"repositories":[)" + made.substr(14, made.size() - 15) + "]}");
}

TEST_F(Repositories, BadInput) {
  EXPECT_EQ(bad("CreateRepository", "{}"), invalid("repositoryName", "Member must not be null"));
  EXPECT_TRUE(bad("CreateRepository", json_text("{'repositoryName':'A/b'}"))
                  .contains("Invalid parameter at 'repositoryName' failed to satisfy constraint: 'must satisfy regular "
                            "expression '"));
  EXPECT_EQ(exception("CreateRepository", json_text("{'repositoryName':'a'}")), "InvalidParameterException");
  EXPECT_EQ(exception("CreateRepository", json_text("{'repositoryName':'ok','registryId':'12'}")),
            "InvalidParameterException");
  EXPECT_EQ(bad("CreateRepository", json_text("{'repositoryName':'ok','encryptionConfiguration':{'encryptionType':"
                                              "'KMS'}}")),
            invalid("encryptionConfiguration.encryptionType", "KMS is not supported by this registry yet; use AES256"));
  EXPECT_EQ(bad("CreateRepository", json_text("{'repositoryName':'ok','encryptionConfiguration':{'encryptionType':"
                                              "'AES256','kmsKey':'k'}}")),
            invalid("encryptionConfiguration.kmsKey", "kmsKey cannot be used with AES256"));
  EXPECT_EQ(exception("CreateRepository", json_text("{'repositoryName':'ok','tags':[{'Key':'aws:x','Value':'v'}]}")),
            "InvalidTagParameterException");
  EXPECT_EQ(bad("DescribeRepositories", json_text("{'repositoryNames':['ok']}")), no_repository("ok"));
}

TEST_F(Repositories, UriOfAPlainHost) {
  host = "localhost:5000";
  EXPECT_TRUE(good("DescribeRepositories", "{}").contains(R"("repositoryUri":"localhost:5000/team/app")"));
}

TEST_F(Repositories, EachRegionIsARegistryOfItsOwn) {
  region = "eu-central-1";
  EXPECT_EQ(bad("DescribeRepositories", json_text("{'repositoryNames':['team/app']}")), no_repository("team/app"));
  const auto made = good("CreateRepository", json_text("{'repositoryName':'team/app'}"));
  EXPECT_TRUE(made.contains("arn:aws:ecr:eu-central-1:123456789012:repository/team/app"));
}

TEST_F(Repositories, Pages) {
  for (const auto* name : {"b", "c", "d"}) world.make(service::repository(std::string(name) + "1"));
  const auto first = good("DescribeRepositories", json_text("{'maxResults':2}"));
  EXPECT_TRUE(first.contains(shape("b1") + "," + shape("c1") + "]")) << first;
  const auto second =
      good("DescribeRepositories", json_text("{'maxResults':2,'nextToken':'@'}", {member(first, "nextToken")}));
  EXPECT_EQ(second, R"({"repositories":[)" + shape("d1") + "," + shape("team/app") + "]}");
  EXPECT_EQ(bad("DescribeRepositories", json_text("{'maxResults':1001}")),
            invalid("maxResults", "Member must have value less than or equal to 1000"));
  EXPECT_EQ(bad("DescribeRepositories", json_text("{'maxResults':0}")),
            invalid("maxResults", "Member must have value greater than or equal to 1"));
  EXPECT_EQ(bad("DescribeRepositories", json_text("{'nextToken':'nonsense'}")), invalid("nextToken", "Invalid token"));
  EXPECT_EQ(bad("DescribeRepositories", json_text("{'repositoryNames':['b1'],'maxResults':5}")),
            invalid("maxResults", "maxResults cannot be used with repositoryNames"));
}

TEST_F(Repositories, Delete) {
  world.push_image(world.app, "one", {"v1"});
  EXPECT_EQ(
      bad("DeleteRepository", json_text("{'repositoryName':'team/app'}")),
      R"({"__type":"RepositoryNotEmptyException","message":"The repository with name 'team/app' in registry with )"
      R"(id '123456789012' cannot be deleted because it still contains images"})");
  EXPECT_EQ(good("DeleteRepository", json_text("{'repositoryName':'team/app','force':true}")),
            R"({"repository":)" + shape("team/app") + "}");
  EXPECT_EQ(bad("DeleteRepository", json_text("{'repositoryName':'team/app'}")), no_repository("team/app"));
}

TEST_F(Repositories, PutImageTagMutability) {
  EXPECT_EQ(good("PutImageTagMutability", json_text("{'repositoryName':'team/app','imageTagMutability':'IMMUTABLE'}")),
            json_text("{'registryId':'123456789012','repositoryName':'team/app','imageTagMutability':'IMMUTABLE'}"));
  EXPECT_TRUE(
      good("PutImageTagMutability",
           json_text("{'repositoryName':'team/app','imageTagMutability':'MUTABLE_WITH_EXCLUSION',"
                     "'imageTagMutabilityExclusionFilters':[{'filterType':'WILDCARD','filter':'r*'}]}"))
          .contains(json_text("'imageTagMutabilityExclusionFilters':[{'filterType':'WILDCARD','filter':'r*'}]")));
  EXPECT_EQ(bad("PutImageTagMutability",
                json_text("{'repositoryName':'team/app','imageTagMutability':'IMMUTABLE_WITH_EXCLUSION'}")),
            invalid("imageTagMutabilityExclusionFilters",
                    "ImageTagMutabilityExclusionFilters can't be null when imageTagMutability is set as "
                    "IMMUTABLE_WITH_EXCLUSION"));
  EXPECT_EQ(bad("PutImageTagMutability", json_text("{'repositoryName':'team/app','imageTagMutability':'SOMETIMES'}")),
            invalid("imageTagMutability",
                    "Member must satisfy enum value set: [MUTABLE, IMMUTABLE, IMMUTABLE_WITH_EXCLUSION, "
                    "MUTABLE_WITH_EXCLUSION]"));
}

TEST_F(Repositories, ResourceTags) {
  const std::string arn = "'resourceArn':'arn:aws:ecr:us-east-1:123456789012:repository/team/app'";
  const auto with = [&](std::string_view rest) { return json_text("{" + arn + std::string(rest) + "}"); };
  EXPECT_EQ(good("ListTagsForResource", with("")), R"({"tags":[]})");
  EXPECT_EQ(good("TagResource", with(",'tags':[{'Key':'b','Value':''},{'Key':'a','Value':'1'}]")), "{}");
  EXPECT_EQ(good("ListTagsForResource", with("")),
            json_text("{'tags':[{'Key':'a','Value':'1'},{'Key':'b','Value':''}]}"));
  EXPECT_EQ(good("UntagResource", with(",'tagKeys':['a','unknown']")), "{}");
  EXPECT_EQ(good("ListTagsForResource", with("")), json_text("{'tags':[{'Key':'b','Value':''}]}"));
  EXPECT_EQ(exception("TagResource", with(",'tags':[{'Key':'t','Value':'1'},{'Key':'t','Value':'2'}]")),
            "InvalidTagParameterException");
  for (const auto* wrong : {"nonsense", "arn:aws:s3:::bucket", "arn:aws:ecr:us-east-1:123456789012:repository/",
                            "arn:aws:ecr:eu-west-1:123456789012:repository/team/app"}) {
    EXPECT_EQ(bad("ListTagsForResource", json_text("{'resourceArn':'@'}", {wrong})),
              invalid("resourceArn", "Invalid ARN"));
  }
  EXPECT_EQ(exception("ListTagsForResource",
                      json_text("{'resourceArn':'arn:aws:ecr:us-east-1:111122223333:repository/team/app'}")),
            "AccessDeniedException");
}

TEST_F(Repositories, GetAuthorizationToken) {
  const auto text = good("GetAuthorizationToken", "{}");
  const auto answer = json::parse(text).value();
  const auto& data = answer.find("authorizationData")->as_array()->front();
  const auto user_password = base::from_base64(*data.find_string("authorizationToken")).value();
  ASSERT_TRUE(user_password.starts_with("AWS:"));
  const auto identity = tokens.open(user_password.substr(4), world.clock.now());
  ASSERT_TRUE(identity) << identity.error().message;
  EXPECT_EQ(identity->caller, world.scope.caller.root(service::registry().account, std::string(aws::kKeyId)));
  EXPECT_EQ(identity->region.text(), "us-east-1");
  EXPECT_EQ(user_password.find(':', 4), std::string::npos);
  EXPECT_TRUE(text.ends_with(
      R"(,"expiresAt":1700043200.0,"proxyEndpoint":"http://123456789012.dkr.ecr.us-east-1.amazonaws.com"}]})"))
      << text;
}

TEST_F(Repositories, GetAuthorizationTokenForRegistries) {
  host = "localhost:5000";
  const auto text = good("GetAuthorizationToken", json_text("{'registryIds':['123456789012','111122223333']}"));
  const auto answer = json::parse(text).value();
  const auto& data = *answer.find("authorizationData")->as_array();
  ASSERT_EQ(data.size(), 2U);
  EXPECT_EQ(*data[0].find_string("proxyEndpoint"), "http://localhost:5000");
  EXPECT_EQ(*data[1].find_string("proxyEndpoint"), "http://111122223333.dkr.ecr.us-east-1.amazonaws.com:5000");
  EXPECT_EQ(*data[0].find_string("authorizationToken"), *data[1].find_string("authorizationToken"));
  for (const auto* wrong : {"[]", "['12']"}) {
    EXPECT_EQ(exception("GetAuthorizationToken", json_text("{'registryIds':@}", {json_text(wrong)})),
              "InvalidParameterException");
  }
}

}  // namespace
}  // namespace berth::api::ecr
