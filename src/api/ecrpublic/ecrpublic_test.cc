// Every operation of ECR Public over a registry in memory, good and bad.
#include <gtest/gtest.h>

#include "api/ecr/ecr_test_support.h"
#include "api/ecrpublic/operations.h"
#include "api/ecrpublic/service.h"

namespace berth::api::ecrpublic {
namespace {

using ecr::json_text;

struct EcrPublic : ecr::EcrTest {
  EcrPublic() {
    host = "api.ecr-public.us-east-1.amazonaws.com";
    world.make(open_app);
    alias = world.public_registries.primary_alias({}, service::registry().account)->text();
  }
  web::Response call(std::string_view operation, const std::string& body) {
    auto request = aws::request_to(web::Method::post, "/", host);
    request.headers.add("Content-Type", "application/x-amz-json-1.1");
    request.headers.add("X-Amz-Target", "SpencerFrontendService." + std::string(operation));
    aws::Signer signer(world.clock.now());
    signer.region = region;
    signer.sign(request, "ecr-public", body);
    return aws::exchange(both, request, body);
  }
  std::string good(std::string_view operation, std::string_view body) {
    const auto response = call(operation, json_text(body));
    EXPECT_EQ(response.status, 200) << operation << " " << aws::body_of(response);
    return aws::body_of(response);
  }
  std::string bad(std::string_view operation, std::string_view body) {
    const auto response = call(operation, json_text(body));
    EXPECT_EQ(response.status, 400) << operation << " " << aws::body_of(response);
    return member(aws::body_of(response), "__type");
  }

  ecr::Deps shared{.repositories = world.repositories,
                   .images = world.images,
                   .layers = world.layers,
                   .policies = world.policies,
                   .lifecycle = world.lifecycle,
                   .pull_exclusions = world.pull_exclusions,
                   .templates = world.templates,
                   .tokens = tokens,
                   .download_urls = urls,
                   .clock = world.clock,
                   .log = log,
                   .endpoint = {.default_registry = service::registry(),
                                .domains = {"amazonaws.com"},
                                .public_url = "",
                                .public_hosts = {"public.ecr.aws", "public.localhost"}}};
  Service ecr_public{{.ecr = shared, .registries = world.public_registries}};
  aws::Front both{verifier, {&ecr_public}, log, std::chrono::seconds(30)};
  model::RepositoryRef open_app = service::public_repository("team/app");
  std::string alias;
};

constexpr std::string_view kPng = "iVBORw0KGgo=";  // the signature alone

TEST_F(EcrPublic, RepositoriesComeAndGo) {
  const auto shape = json_text(
      "{'repositoryArn':'arn:aws:ecr-public::123456789012:repository/new','registryId':'123456789012',"
      "'repositoryName':'new','repositoryUri':'public.ecr.aws/@/new','createdAt':1700000000.0}",
      {alias});
  EXPECT_EQ(good("CreateRepository", "{'repositoryName':'new'}"), R"({"repository":)" + shape + "}");
  EXPECT_EQ(bad("CreateRepository", "{'repositoryName':'new'}"), "RepositoryAlreadyExistsException");
  EXPECT_EQ(good("DescribeRepositories", "{'repositoryNames':['new']}"), R"({"repositories":[)" + shape + "]}");
  EXPECT_TRUE(good("DescribeRepositories", "{'maxResults':1}").contains("nextToken"));
  EXPECT_EQ(bad("DescribeRepositories", "{'repositoryNames':['none']}"), "RepositoryNotFoundException");
  EXPECT_EQ(good("DeleteRepository", "{'repositoryName':'new'}"), R"({"repository":)" + shape + "}");
  EXPECT_EQ(bad("DeleteRepository", "{'repositoryName':'new'}"), "RepositoryNotFoundException");
  world.push_image(open_app, "one", {"v1"});
  EXPECT_EQ(bad("DeleteRepository", "{'repositoryName':'team/app'}"), "RepositoryNotEmptyException");
  good("DeleteRepository", "{'repositoryName':'team/app','force':true}");
  EXPECT_TRUE(service::ok(world.repositories.describe(world.scope, world.app.registry, {world.app.name})));  // private
  host = "localhost:5000";
  EXPECT_TRUE(good("CreateRepository", "{'repositoryName':'new'}").contains("public.localhost:5000/" + alias + "/new"));
}

TEST_F(EcrPublic, NamesHaveRulesOfTheirOwn) {
  for (const auto* name : {"a", "a__b", "a--b", "A/b", ""}) {
    EXPECT_EQ(bad("CreateRepository", "{'repositoryName':'" + std::string(name) + "'}"), "InvalidParameterException");
  }
  EXPECT_EQ(bad("CreateRepository", "{'repositoryName':'" + std::string(206, 'a') + "'}"), "InvalidParameterException");
  good("CreateRepository", "{'repositoryName':'" + std::string(205, 'a') + "'}");
}

TEST_F(EcrPublic, CatalogData) {
  const std::string all =
      "'description':'d','architectures':['x86-64'],'operatingSystems':['Linux'],'aboutText':'a','usageText':'u'";
  const std::string logo = "'logoImageBlob':'" + std::string(kPng) + "'";
  const auto url = "'logoUrl':'http://public.ecr.aws/logo/" + alias + "/new.png'";
  const auto shown = json_text("'catalogData':{" + all + "," + url + ",'marketplaceCertified':false}");
  EXPECT_TRUE(good("CreateRepository", "{'repositoryName':'new','catalogData':{" + all + "," + logo + "}}")
                  .ends_with(shown + "}"));
  EXPECT_EQ(good("GetRepositoryCatalogData", "{'repositoryName':'new'}"), "{" + shown + "}");
  EXPECT_EQ(good("PutRepositoryCatalogData", "{'repositoryName':'new','catalogData':{'description':'e'}}"),
            json_text("{'catalogData':{'description':'e','marketplaceCertified':false}}"));
  EXPECT_EQ(good("GetRepositoryCatalogData", "{'repositoryName':'team/app'}"),
            json_text("{'catalogData':{'marketplaceCertified':false}}"));
  EXPECT_EQ(bad("GetRepositoryCatalogData", "{'repositoryName':'none'}"), "RepositoryNotFoundException");
  EXPECT_EQ(bad("PutRepositoryCatalogData", "{'repositoryName':'none','catalogData':{}}"),
            "RepositoryNotFoundException");
  EXPECT_EQ(bad("PutRepositoryCatalogData", "{'repositoryName':'new'}"), "InvalidParameterException");
}

TEST_F(EcrPublic, CatalogDataIsLimited) {
  const auto put = [&](const std::string& data) {
    return call("PutRepositoryCatalogData", json_text("{'repositoryName':'team/app','catalogData':{" + data + "}}"))
        .status;
  };
  const auto text = [](std::string_view name, std::size_t size) {
    return "'" + std::string(name) + "':'" + std::string(size, 'x') + "'";
  };
  const auto list = [](std::string_view name, std::size_t count, std::size_t size) {
    std::string items;
    for (std::size_t i = 0; i < count; ++i) items += (i == 0 ? "'" : ",'") + std::string(size, 'x') + "'";
    return "'" + std::string(name) + "':[" + items + "]";
  };
  EXPECT_EQ(put(text("description", 1024)), 200);
  EXPECT_EQ(put(text("description", 1025)), 400);
  for (const auto* name : {"aboutText", "usageText"}) {
    EXPECT_EQ(put(text(name, 25'600)), 200);
    EXPECT_EQ(put(text(name, 25'601)), 400);
  }
  for (const auto* name : {"architectures", "operatingSystems"}) {
    EXPECT_EQ(put(list(name, 50, 50)), 200);
    EXPECT_EQ(put(list(name, 51, 50)), 400);
    EXPECT_EQ(put(list(name, 1, 51)), 400);
    EXPECT_EQ(put(list(name, 1, 0)), 400);
  }
  const auto logo = [&](std::string bytes) {
    return put("'logoImageBlob':'" + base::to_base64(base::as_bytes(bytes)) + "'");
  };
  const std::string png = "\x89PNG\r\n\x1a\n";
  EXPECT_EQ(logo(png + std::string(512'000 - 8, 'x')), 200);
  EXPECT_EQ(logo(png + std::string(512'000 - 7, 'x')), 400);
  EXPECT_EQ(logo("<svg onload='alert(1)'/>"), 400);
  EXPECT_EQ(logo("GIF89a"), 400);
  EXPECT_TRUE(world.public_registries.catalog(world.scope, open_app)->has_logo);  // a refused call changes nothing
}

TEST_F(EcrPublic, Registries) {
  EXPECT_EQ(good("DescribeRegistries", "{}"),
            json_text("{'registries':[{'registryId':'123456789012','registryArn':"
                      "'arn:aws:ecr-public::123456789012:registry/123456789012','registryUri':'public.ecr.aws/@',"
                      "'verified':false,'aliases':[{'name':'@','status':'ACTIVE','primaryRegistryAlias':true,"
                      "'defaultRegistryAlias':true}]}]}",
                      {alias, alias}));
  EXPECT_EQ(bad("DescribeRegistries", "{'nextToken':'x'}"), "InvalidParameterException");
  EXPECT_EQ(bad("DescribeRegistries", "{'maxResults':1001}"), "InvalidParameterException");
  ASSERT_TRUE(service::ok(world.public_registries.put_alias(world.scope, model::AliasName::parse("company").value())));
  EXPECT_TRUE(good("DescribeRegistries", "{}").contains(json_text("'registryUri':'public.ecr.aws/company'")));
  EXPECT_TRUE(good("DescribeRepositories", "{}").contains("public.ecr.aws/company/team/app"));
  EXPECT_EQ(good("GetRegistryCatalogData", "{}"), json_text("{'registryCatalogData':{}}"));
  EXPECT_EQ(good("PutRegistryCatalogData", "{'displayName':'Company'}"),
            json_text("{'registryCatalogData':{'displayName':'Company'}}"));
  EXPECT_EQ(good("GetRegistryCatalogData", "{}"), json_text("{'registryCatalogData':{'displayName':'Company'}}"));
  EXPECT_EQ(bad("PutRegistryCatalogData", "{'displayName':'" + std::string(101, 'x') + "'}"),
            "InvalidParameterException");
}

TEST_F(EcrPublic, LayersAndImages) {
  const auto in = [&](std::string_view more) {
    return "{'registryId':'" + alias + "','repositoryName':'team/app'" + std::string(more) + "}";
  };
  const auto upload = member(good("InitiateLayerUpload", in("")), "uploadId");
  const auto layer = service::digest_of("layer").text();
  EXPECT_TRUE(good("UploadLayerPart",
                   in(",'uploadId':'" + upload + "','partFirstByte':0,'partLastByte':4,'layerPartBlob':'bGF5ZXI='"))
                  .contains(R"("lastByteReceived":4)"));
  EXPECT_TRUE(good("CompleteLayerUpload", in(",'uploadId':'" + upload + "','layerDigests':['" + layer + "']"))
                  .contains(json_text("'registryId':'123456789012'")));
  EXPECT_TRUE(good("BatchCheckLayerAvailability", in(",'layerDigests':['" + layer + "']")).contains("AVAILABLE"));
  world.push_layer(open_app, "config");
  const auto manifest = service::image_manifest("config", "layer");
  const auto body = ecr::json_string(manifest);
  const auto put =
      call("PutImage", R"({"registryId":")" + alias +
                           R"(","repositoryName":"team/app","imageTag":"v1","imageManifest":)" + body + "}");
  EXPECT_EQ(put.status, 200) << aws::body_of(put);
  EXPECT_TRUE(good("DescribeImages", "{'repositoryName':'team/app'}")
                  .contains(json_text("'registryId':'123456789012','repositoryName':'team/app','imageTags':['v1'],"
                                      "'imageDigest':'@','imageSizeInBytes':11",
                                      {service::digest_of(manifest).text()})));
  const auto tags = good("DescribeImageTags", "{'repositoryName':'team/app'}");
  EXPECT_TRUE(tags.starts_with(
      json_text("{'imageTagDetails':[{'imageTag':'v1','createdAt':1700000000.0,'imageDetail':{'imageDigest':'@',"
                "'imageSizeInBytes':11,'imagePushedAt':1700000000.0",
                {service::digest_of(manifest).text()})))
      << tags;
  EXPECT_TRUE(good("BatchDeleteImage", in(",'imageIds':[{'imageTag':'v1'}]")).contains("v1"));

  EXPECT_EQ(bad("DescribeImages", "{'repositoryName':'team/app','imageIds':[{'imageTag':'v1'}]}"),
            "ImageNotFoundException");
  for (const auto* operation : {"DescribeImages", "DescribeImageTags"}) {
    EXPECT_EQ(bad(operation, "{'repositoryName':'none'}"), "RepositoryNotFoundException");
    EXPECT_EQ(bad(operation, "{'repositoryName':'team/app','nextToken':'x'}"), "InvalidParameterException");
    EXPECT_EQ(bad(operation, "{'repositoryName':'team/app','maxResults':0}"), "InvalidParameterException");
  }
  const std::string nobody = "{'registryId':'nobody','repositoryName':'team/app'";
  EXPECT_EQ(bad("InitiateLayerUpload", nobody + "}"), "RegistryNotFoundException");
  EXPECT_EQ(bad("PutImage", nobody + ",'imageManifest':'{}'}"), "RegistryNotFoundException");
  EXPECT_EQ(bad("BatchDeleteImage", nobody + ",'imageIds':[{'imageTag':'a'}]}"), "InvalidParameterException");
}

TEST_F(EcrPublic, PagesOfTags) {
  world.push_image(open_app, "one", {"a", "b", "c"});
  const auto first = good("DescribeImageTags", "{'repositoryName':'team/app','maxResults':2}");
  EXPECT_TRUE(first.contains(R"("imageTag":"b")") && !first.contains(R"("imageTag":"c")")) << first;
  const auto second = good("DescribeImageTags", "{'repositoryName':'team/app','maxResults':2,'nextToken':'" +
                                                    member(first, "nextToken") + "'}");
  EXPECT_TRUE(second.contains(R"("imageTag":"c")") && !second.contains("nextToken")) << second;
}

TEST_F(EcrPublic, PoliciesAndTags) {
  const std::string repo = "'repositoryName':'team/app'";
  EXPECT_EQ(bad("GetRepositoryPolicy", "{" + repo + "}"), "RepositoryPolicyNotFoundException");
  const auto text = ecr::json_string(
      R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"ecr-public:PutImage"}]})");
  const auto set =
      call("SetRepositoryPolicy", R"({"repositoryName":"team/app","force":true,"policyText":)" + text + "}");
  EXPECT_EQ(set.status, 200) << aws::body_of(set);
  EXPECT_TRUE(good("GetRepositoryPolicy", "{" + repo + "}").contains("ecr-public:PutImage"));
  EXPECT_TRUE(good("DeleteRepositoryPolicy", "{" + repo + "}").contains("ecr-public:PutImage"));
  EXPECT_EQ(bad("DeleteRepositoryPolicy", "{" + repo + "}"), "RepositoryPolicyNotFoundException");
  EXPECT_EQ(bad("SetRepositoryPolicy", "{" + repo + ",'policyText':'{}'}"), "InvalidParameterException");
  EXPECT_EQ(bad("SetRepositoryPolicy", "{'registryId':'" + alias + "'," + repo + ",'policyText':'{}'}"),
            "InvalidParameterException");  // no alias here

  const std::string arn = "'resourceArn':'arn:aws:ecr-public::123456789012:repository/team/app'";
  EXPECT_EQ(good("TagResource", "{" + arn + ",'tags':[{'Key':'a','Value':'b'}]}"), "{}");
  EXPECT_EQ(good("ListTagsForResource", "{" + arn + "}"), json_text("{'tags':[{'Key':'a','Value':'b'}]}"));
  EXPECT_EQ(good("UntagResource", "{" + arn + ",'tagKeys':['a']}"), "{}");
  EXPECT_EQ(good("ListTagsForResource", "{" + arn + "}"), json_text("{'tags':[]}"));
  EXPECT_EQ(bad("TagResource", "{" + arn + ",'tags':[{'Value':'b'}]}"), "InvalidTagParameterException");
  EXPECT_EQ(bad("TagResource", "{'resourceArn':'arn:aws:ecr:us-east-1:123456789012:repository/team/app','tags':[]}"),
            "InvalidParameterException");
}

TEST_F(EcrPublic, Tokens) {
  const auto answer = good("GetAuthorizationToken", "{}");
  const auto document = json::parse(answer);
  const auto* const data = document->find("authorizationData");
  ASSERT_NE(data, nullptr);
  const auto password = base::from_base64(*data->find_string("authorizationToken")).value().substr(4);
  const auto identity = tokens.open(password, world.clock.now());
  ASSERT_TRUE(service::ok(identity));
  EXPECT_TRUE(identity->region.is_public());
  world.authorizer.deny_all = true;
  EXPECT_EQ(bad("GetAuthorizationToken", "{}"), "AccessDeniedException");
}

TEST_F(EcrPublic, WhereItIsNot) {
  region = "us-west-2";
  good("DescribeRegistries", "{}");
  region = "eu-central-1";
  EXPECT_EQ(bad("DescribeRegistries", "{}"), "UnsupportedCommandException");
  region = "us-east-1";
  for (const auto* none : {"BatchGetImage", "GetDownloadUrlForLayer", "PutLifecyclePolicy", "PutImageTagMutability",
                           "StartImageScan", "PutReplicationConfiguration", "ListImages", "Nothing"}) {
    EXPECT_EQ(bad(none, "{'repositoryName':'team/app'}"), "UnknownOperationException") << none;
  }
}

TEST_F(EcrPublic, AnswersWhatItDeclares) {
  for (const auto& operation : operations()) {
    for (int i = 0; i <= static_cast<int>(base::Errc::internal); ++i) {
      const auto code = static_cast<base::Errc>(i);
      const auto exception = ecr::exception_for(code, operation.errors);
      EXPECT_TRUE(ecr::is_common(exception) || operation.errors.contains(exception))
          << operation.name << " would answer " << ecr::name(exception) << " for " << base::name(code);
    }
  }
}

}  // namespace
}  // namespace berth::api::ecrpublic
