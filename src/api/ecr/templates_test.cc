// Repository creation templates, and PutImageScanningConfiguration.
#include "api/ecr/ecr_test_support.h"
#include "api/ecr/ops/creation_templates.h"

namespace berth::api::ecr {
namespace {

struct Templates : EcrTest {};

TEST_F(Templates, AnswerAsEcrDoes) {
  const auto made =
      good("CreateRepositoryCreationTemplate", json_text("{'prefix':'prod/','appliedFor':['CREATE_ON_PUSH',"
                                                         "'REPLICATION']}"));
  const auto shape = json_text(
      "{'prefix':'prod/','appliedFor':['REPLICATION','CREATE_ON_PUSH'],'encryptionConfiguration':{'encryptionType':"
      "'AES256'},'imageTagMutability':'MUTABLE','createdAt':1700000000.0,'updatedAt':1700000000.0}");
  EXPECT_EQ(made, R"({"registryId":"123456789012","repositoryCreationTemplate":)" + shape + "}");
  EXPECT_EQ(good("DescribeRepositoryCreationTemplates", "{}"),
            R"({"registryId":"123456789012","repositoryCreationTemplates":[)" + shape + "]}");
  EXPECT_EQ(good("DescribeRepositoryCreationTemplates", json_text("{'prefixes':['none']}")),
            R"({"registryId":"123456789012","repositoryCreationTemplates":[]})");
  EXPECT_EQ(bad("CreateRepositoryCreationTemplate", json_text("{'prefix':'prod','appliedFor':['REPLICATION']}")),
            R"({"__type":"TemplateAlreadyExistsException","message":"The repository creation template with prefix )"
            R"('prod' already exists in the registry with id '123456789012'"})");
  EXPECT_EQ(good("DeleteRepositoryCreationTemplate", json_text("{'prefix':'prod'}")), made);
  EXPECT_EQ(bad("UpdateRepositoryCreationTemplate", json_text("{'prefix':'prod'}")),
            R"({"__type":"TemplateNotFoundException","message":"The repository creation template with prefix 'prod' )"
            R"(does not exist in the registry with id '123456789012'"})");
}

TEST_F(Templates, Pages) {
  for (const auto* prefix : {"a", "b/", "c"}) {
    good("CreateRepositoryCreationTemplate",
         json_text("{'prefix':'@','appliedFor':['PULL_THROUGH_CACHE']}", {std::string(prefix)}));
  }
  std::string seen, more;
  for (int i = 0; i < 3; ++i) {
    const auto page = good("DescribeRepositoryCreationTemplates", json_text("{'maxResults':1@}", {more}));
    for (const auto* prefix : {"'a'", "'b/'", "'c'"}) {
      if (page.contains("\"prefix\":" + json_text(prefix))) seen += prefix;
    }
    EXPECT_EQ(page.contains("nextToken"), i < 2) << page;
    if (i < 2) more = R"(,"nextToken":")" + member(page, "nextToken") + "\"";
  }
  EXPECT_EQ(seen, "'a''b/''c'");
  for (const auto* bad_input : {"{'nextToken':'x'}", "{'maxResults':0}", "{'maxResults':1001}",
                                "{'prefixes':['a'],'maxResults':1}", "{'prefixes':['A']}"}) {
    EXPECT_EQ(exception("DescribeRepositoryCreationTemplates", json_text(bad_input)), "InvalidParameterException");
  }
}

TEST_F(Templates, BadInput) {
  EXPECT_EQ(bad("CreateRepositoryCreationTemplate", json_text("{'prefix':'a'}")),
            invalid("appliedFor", "Member must not be null"));
  EXPECT_EQ(bad("CreateRepositoryCreationTemplate", json_text("{'prefix':'a','appliedFor':[]}")),
            invalid("appliedFor", "Member must have length greater than or equal to 1"));
  const auto with = [&](const char* more) {
    return bad("CreateRepositoryCreationTemplate",
               json_text(std::string("{'prefix':'a','appliedFor':['REPLICATION'],") + more + "}"));
  };
  EXPECT_EQ(with("'encryptionConfiguration':{'encryptionType':'KMS'}"),
            invalid("encryptionConfiguration.encryptionType", "KMS is not supported by this registry yet; use AES256"));
  EXPECT_TRUE(with("'encryptionConfiguration':{'encryptionType':'AES256','kmsKey':'k'}").contains("kmsKey"));
  EXPECT_EQ(member(with("'resourceTags':[{'Key':'aws:x','Value':''}]"), "__type"), "InvalidParameterException");
  EXPECT_EQ(with("'customRoleArn':'r'"),
            invalid("customRoleArn", "Must be the ARN of a role in the account of the registry"));
  EXPECT_EQ(good("DescribeRepositoryCreationTemplates", "{}"),
            R"({"registryId":"123456789012","repositoryCreationTemplates":[]})");
}

TEST(TemplateKeys, AreArnsOfKeysOrNothing) {
  for (const auto* good : {"", "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
                           "arn:aws-cn:kms:cn-north-1:123456789012:key/x"}) {
    EXPECT_TRUE(matches_template_key(good)) << good;
  }
  for (const auto* bad : {"alias/x", "arn:aws:kms:us-east-1:123456789012:alias/x", "arn:aws:kms::123456789012:key/x",
                          "arn:aws:kms:us-east-1:12:key/x", "arn:aws:kms:us-east-1:123456789012:key/",
                          "arn:AWS:kms:us-east-1:123456789012:key/x", "arn:aws:kms:us-east-1:123456789012:key/A"}) {
    EXPECT_FALSE(matches_template_key(bad)) << bad;
  }
}

TEST_F(Templates, ScanOnPushIsStored) {
  EXPECT_EQ(good("PutImageScanningConfiguration",
                 json_text("{'repositoryName':'team/app','imageScanningConfiguration':{'scanOnPush':true}}")),
            json_text("{'registryId':'123456789012','repositoryName':'team/app',"
                      "'imageScanningConfiguration':{'scanOnPush':true}}"));
  EXPECT_TRUE(good("DescribeRepositories", "{}").contains(R"("scanOnPush":true)"));
  EXPECT_EQ(bad("PutImageScanningConfiguration", json_text("{'repositoryName':'ok','imageScanningConfiguration':{}}")),
            no_repository("ok"));
  EXPECT_EQ(bad("PutImageScanningConfiguration", json_text("{'repositoryName':'team/app'}")),
            invalid("imageScanningConfiguration", "Member must not be null"));
}

}  // namespace
}  // namespace berth::api::ecr
