#include "api/ecr/operations.h"

#include <map>

#include "api/ecr/ecr_test_support.h"

namespace berth::api::ecr {
namespace {

const std::string kDigest = "sha256:" + std::string(64, 'a');
const std::string kUpload = "11111111-2222-4333-8444-555555555555";

// Good input for each built operation, which must come as far as the authorizer.
std::map<std::string, std::string> inputs() {
  const auto of = [](std::string_view text) { return json_text(text, {kDigest}); };
  return {
      {"BatchCheckLayerAvailability", of("{'repositoryName':'team/app','layerDigests':['@']}")},
      {"BatchDeleteImage", of("{'repositoryName':'team/app','imageIds':[{'imageTag':'v1'}]}")},
      {"BatchGetImage", of("{'repositoryName':'team/app','imageIds':[{'imageTag':'v1'}]}")},
      {"CompleteLayerUpload",
       json_text("{'repositoryName':'team/app','uploadId':'@','layerDigests':['@']}", {kUpload, kDigest})},
      {"CreateRepository", of("{'repositoryName':'team/new'}")},
      {"CreateRepositoryCreationTemplate", of("{'prefix':'team','appliedFor':['CREATE_ON_PUSH']}")},
      {"DeleteLifecyclePolicy", of("{'repositoryName':'team/app'}")},
      {"DeleteRegistryPolicy", "{}"},
      {"DeleteRepositoryCreationTemplate", of("{'prefix':'team'}")},
      {"DeleteRepositoryPolicy", of("{'repositoryName':'team/app'}")},
      {"GetAccountSetting", of("{'name':'BLOB_MOUNTING'}")},
      {"GetLifecyclePolicy", of("{'repositoryName':'team/app'}")},
      {"GetLifecyclePolicyPreview", of("{'repositoryName':'team/app'}")},
      {"GetRegistryPolicy", "{}"},
      {"GetRepositoryPolicy", of("{'repositoryName':'team/app'}")},
      {"PutAccountSetting", of("{'name':'BLOB_MOUNTING','value':'ENABLED'}")},
      {"PutLifecyclePolicy",
       json_text("{'repositoryName':'team/app','lifecyclePolicyText':'@'}", {std::string(100, 'x')})},
      {"PutRegistryPolicy", of("{'policyText':'x'}")},
      {"SetRepositoryPolicy", of("{'repositoryName':'team/app','policyText':'x'}")},
      {"DeleteRepository", of("{'repositoryName':'team/app'}")},
      {"DeregisterPullTimeUpdateExclusion", of("{'principalArn':'arn:aws:iam::123456789012:role/scanner'}")},
      {"ListPullTimeUpdateExclusions", "{}"},
      {"RegisterPullTimeUpdateExclusion", of("{'principalArn':'arn:aws:iam::123456789012:role/scanner'}")},
      {"DescribeImages", of("{'repositoryName':'team/app'}")},
      {"DescribeRegistry", "{}"},
      {"DescribeRepositories", "{}"},
      {"DescribeRepositoryCreationTemplates", "{}"},
      {"GetAuthorizationToken", "{}"},
      {"GetDownloadUrlForLayer", of("{'repositoryName':'team/app','layerDigest':'@'}")},
      {"InitiateLayerUpload", of("{'repositoryName':'team/app'}")},
      {"ListImageReferrers", of("{'repositoryName':'team/app','subjectId':{'imageDigest':'@'}}")},
      {"ListImages", of("{'repositoryName':'team/app'}")},
      {"ListTagsForResource", of("{'resourceArn':'arn:aws:ecr:us-east-1:123456789012:repository/team/app'}")},
      {"PutImage", of("{'repositoryName':'team/app','imageManifest':'{}'}")},
      {"PutImageScanningConfiguration", of("{'repositoryName':'team/app','imageScanningConfiguration':{}}")},
      {"PutImageTagMutability", of("{'repositoryName':'team/app','imageTagMutability':'IMMUTABLE'}")},
      {"StartLifecyclePolicyPreview", of("{'repositoryName':'team/app'}")},
      {"TagResource", of("{'resourceArn':'arn:aws:ecr:us-east-1:123456789012:repository/team/app','tags':[]}")},
      {"UntagResource", of("{'resourceArn':'arn:aws:ecr:us-east-1:123456789012:repository/team/app','tagKeys':[]}")},
      {"UpdateRepositoryCreationTemplate", of("{'prefix':'team'}")},
      {"UpdateImageStorageClass",
       of("{'repositoryName':'team/app','imageId':{'imageDigest':'@'},'targetStorageClass':'ARCHIVE'}")},
      {"UploadLayerPart", json_text("{'repositoryName':'team/app','uploadId':'@','partFirstByte':0,'partLastByte':0,"
                                    "'layerPartBlob':'eA=='}",
                                    {kUpload})},
  };
}

struct Operations : EcrTest {};

TEST_F(Operations, EachBuiltOneAsksForPermissionFirst) {
  const auto all = inputs();
  world.authorizer.deny_all = true;
  for (const auto& operation : operations()) {
    if (operation.run == nullptr) continue;
    const auto input = all.find(std::string(operation.name));
    ASSERT_NE(input, all.end()) << operation.name;
    EXPECT_EQ(exception(operation.name, input->second), "AccessDeniedException") << operation.name;
  }
}

TEST_F(Operations, AnotherAccountsRegistryIsAnotherAccounts) {
  for (const auto& [name, input] : inputs()) {
    if (!input.contains("repositoryName")) continue;
    auto elsewhere = input;
    elsewhere.insert(1, R"("registryId":"111122223333",)");
    const auto answer = bad(name, elsewhere);
    EXPECT_EQ(member(answer, "__type"), "AccessDeniedException") << name;
    EXPECT_TRUE(answer.contains("because no resource-based policy allows")) << answer;
  }
}

TEST_F(Operations, WhatIsNotBuiltSaysSoWithAnErrorThatItDeclares) {
  int missing = 0;
  for (const auto& operation : operations()) {
    if (operation.run != nullptr) continue;
    ++missing;
    const auto answer = bad(operation.name, "{}");
    const bool other = operation.name == "DeleteSigningConfiguration";
    EXPECT_EQ(member(answer, "__type"), other ? "ValidationException" : "InvalidParameterException");
    EXPECT_EQ(member(answer, "message"), "Invalid parameter at 'operation' failed to satisfy constraint: '" +
                                             std::string(operation.name) + " is not supported by this registry yet'");
  }
  EXPECT_EQ(missing, 20);
}

TEST_F(Operations, UnknownOnes) {
  for (const auto* target : {"", "NoSuchOperation", "createrepository", "CreateRepository ", "CreateRepositor"}) {
    EXPECT_EQ(bad(target, "{}"),
              R"({"__type":"UnknownOperationException","message":"The operation requested is not known"})");
  }
  EXPECT_EQ(exception(std::string(5000, 'A'), "{}"), "UnknownOperationException");
}

TEST_F(Operations, AnAnswerIsJson11) {
  const auto response = call("DescribeRegistry", "{}");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.get("Content-Type"), "application/x-amz-json-1.1");
  EXPECT_EQ(response.headers.get("x-amzn-RequestId"), aws::kRequestId);
  EXPECT_EQ(aws::body_of(response), R"({"registryId":"123456789012","replicationConfiguration":{"rules":[]}})");
}

TEST_F(Operations, BodiesThatAreNone) {
  for (const auto* body : {"", "{", "[]", "nonsense", "\"x\"", "\xFF", "{}{}", "null", "{\"repositoryName\":5}"}) {
    EXPECT_EQ(exception("CreateRepository", body), "SerializationException") << body;
  }
  EXPECT_EQ(exception("CreateRepository", std::string(100'000, '[')), "SerializationException");
  EXPECT_EQ(good("DescribeRegistry", R"({"somethingNew":{"a":[1,2,null]}})"),
            R"({"registryId":"123456789012","replicationConfiguration":{"rules":[]}})");
}

TEST_F(Operations, BodiesAreAsLargeAsTheOperationNeeds) {
  EXPECT_EQ(call("CreateRepository", std::string(kSmallBody + 1, ' ')).status, 413);
  EXPECT_EQ(aws::body_of(call("CreateRepository", std::string(kSmallBody + 1, ' '))),
            R"({"__type":"RequestEntityTooLargeException","message":"The body is too large"})");
  EXPECT_EQ(call("PutImage", std::string(kSmallBody + 1, ' ')).status, 400);
  EXPECT_EQ(call("PutImage", std::string(kLargeBody + 1, ' ')).status, 413);
}

TEST_F(Operations, OnlyByPost) {
  auto request = aws::request_to(web::Method::get, "/", host);
  request.headers.add("X-Amz-Target", "AmazonEC2ContainerRegistry_V20150921.DescribeRegistry");
  aws::Signer(world.clock.now()).sign(request, "ecr", "");
  EXPECT_EQ(member(aws::body_of(aws::exchange(front, request, "")), "__type"), "UnknownOperationException");
}

TEST(OperationsTable, HasSixtyTwoAndFindsThem) {
  EXPECT_EQ(operations().size(), 62U);
  for (const auto& operation : operations()) {
    EXPECT_EQ(find_operation(operation.name), &operation);
    EXPECT_TRUE(operation.errors.contains(Exception::server)) << operation.name;
    EXPECT_EQ(operation.run == nullptr, operation.input == nullptr) << operation.name;
    EXPECT_EQ(operation.run == nullptr, operation.output == nullptr) << operation.name;
  }
  EXPECT_EQ(find_operation(""), nullptr);
  EXPECT_EQ(find_operation("zzz"), nullptr);
}

TEST(OperationsTable, AsJson) {
  json::Writer out;
  aws::write_operations(out, operation_rows());
  const auto& text = out.text();
  const auto document = json::parse(text);
  ASSERT_TRUE(document) << text;
  ASSERT_EQ(document->as_array()->size(), 62U);
  EXPECT_TRUE(text.contains(
      R"({"name":"ListTagsForResource","implemented":true,"errors":["ServerException","InvalidParameterException",)"
      R"("RepositoryNotFoundException"],"input":{"members":{"resourceArn":{"required":true,"type":"string"}}},)"
      R"("output":{"members":{"tags":{"required":false,"type":"list","member":{"type":"structure","members":)"
      R"({"Key":{"required":true,"type":"string"},"Value":{"required":true,"type":"string"}}}}}}})"))
      << text;
  EXPECT_TRUE(text.contains(R"({"name":"StartImageScan","implemented":false,"errors":[)"));
  EXPECT_TRUE(text.contains(R"("annotations":{"required":false,"type":"map","value":{"type":"string"}})"));
  EXPECT_TRUE(text.contains(R"("createdAt":{"required":false,"type":"timestamp"})"));
  EXPECT_TRUE(text.contains(R"("layerPartBlob":{"required":true,"type":"blob","max":20971520})"));
}

}  // namespace
}  // namespace berth::api::ecr
