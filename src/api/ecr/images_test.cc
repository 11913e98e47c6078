// The image operations.
#include "api/ecr/ecr_test_support.h"

namespace berth::api::ecr {
namespace {

struct Images : EcrTest {
  static std::string put(std::string_view manifest, std::string_view rest = "") {
    return json_text("{'repositoryName':'team/app','imageManifest':", {}) + json_string(manifest) + json_text(rest) +
           "}";
  }
  // A manifest whose parts are here, but which is not.
  std::string ready(const std::string& name) {
    world.push_layer(world.app, "config " + name);
    world.push_layer(world.app, "layer " + name);
    return service::image_manifest("config " + name, "layer " + name);
  }
  static std::string in_app(std::string_view rest) {
    return json_text("{'repositoryName':'team/app'" + std::string(rest) + "}");
  }
};

std::string digest_text(std::string_view bytes) { return service::digest_of(bytes).text(); }

TEST_F(Images, Put) {
  const auto manifest = ready("one");
  const auto digest = digest_text(manifest);
  EXPECT_EQ(good("PutImage", put(manifest, ",'imageTag':'v1'")),
            json_text("{'image':{'registryId':'123456789012','repositoryName':'team/app','imageId':{'imageDigest':'@',"
                      "'imageTag':'v1'},'imageManifest':@,'imageManifestMediaType':'@'}}",
                      {digest, json_string(manifest), std::string(service::kOciManifest)}));
  const auto again = [&](std::string_view tag) {
    return "Image with digest '" + digest + "' and tag '" + std::string(tag) +
           "' already exists in the repository with name 'team/app' in registry with id '123456789012'";
  };
  EXPECT_EQ(bad("PutImage", put(manifest, ",'imageTag':'v1'")),
            R"({"__type":"ImageAlreadyExistsException","message":)" + json_string(again("v1")) + "}");
  EXPECT_EQ(member(bad("PutImage", put(manifest)), "message"), again("null"));
  good("PutImage", put(manifest, ",'imageTag':'v2'"));
}

TEST_F(Images, PutWhatIsWrong) {
  const auto manifest = ready("one");
  EXPECT_EQ(bad("PutImage", put("{nonsense")), invalid("ImageManifest", "Invalid JSON syntax"));
  EXPECT_EQ(exception("PutImage", put(manifest, ",'imageTag':'.x'")), "InvalidParameterException");
  EXPECT_EQ(exception("PutImage", put(manifest, ",'imageTag':''")), "InvalidParameterException");
  EXPECT_EQ(exception("PutImage", put(manifest, ",'imageDigest':'nonsense'")), "InvalidParameterException");
  EXPECT_EQ(exception("PutImage", put(manifest, ",'imageDigest':'" + digest_text("other") + "'")),
            "ImageDigestDoesNotMatchException");
  EXPECT_EQ(exception("PutImage", put("")), "InvalidParameterException");
  EXPECT_EQ(exception("PutImage", put(std::string(4'194'305, ' '))), "InvalidParameterException");
  std::string wide;
  for (int i = 0; i < 3'000'000; ++i) wide += "\xC3\xBC";
  EXPECT_EQ(bad("PutImage", put(wide)), invalid("ImageManifest", "Manifest must have at most 4194304 bytes"));
  EXPECT_EQ(exception("PutImage", put(service::image_manifest("no", "such"))), "LayersNotFoundException");
  EXPECT_EQ(exception("PutImage", put(service::index_manifest({manifest}))), "ReferencedImagesNotFoundException");
}

TEST_F(Images, AnImmutableTag) {
  good("PutImageTagMutability", in_app(",'imageTagMutability':'IMMUTABLE'"));
  good("PutImage", put(ready("one"), ",'imageTag':'v1'"));
  EXPECT_EQ(bad("PutImage", put(ready("two"), ",'imageTag':'v1'")),
            R"({"__type":"ImageTagAlreadyExistsException","message":"The image tag 'v1' already exists in the )"
            R"('team/app' repository and cannot be overwritten because the tag is immutable."})");
}

TEST_F(Images, BatchGet) {
  const auto manifest = world.push_image(world.app, "one", {"v1"});
  const auto digest = digest_text(manifest);
  const auto answer = good(
      "BatchGetImage", in_app(",'imageIds':[{'imageTag':'v1'},{'imageDigest':'" + digest +
                              "'},{'imageTag':'none'},{},{'imageDigest':'nonsense'}],'acceptedMediaTypes':['a/b']"));
  const auto image = [&](std::string_view id) {
    return json_text(
        "{'registryId':'123456789012','repositoryName':'team/app','imageId':@,'imageManifest':@,"
        "'imageManifestMediaType':'@'}",
        {json_text(id), json_string(manifest), std::string(service::kOciManifest)});
  };
  EXPECT_EQ(
      answer,
      R"({"images":[)" + image("{'imageDigest':'" + digest + "','imageTag':'v1'}") + "," +
          image("{'imageDigest':'" + digest + "'}") +
          json_text("],'failures':[{'imageId':{'imageTag':'none'},'failureCode':'ImageNotFound','failureReason':"
                    "'Requested image not found'},{'imageId':{},'failureCode':'MissingDigestAndTag','failureReason':"
                    "'Invalid request parameters: both tag and digest cannot be null'},{'imageId':{'imageDigest':"
                    "'nonsense'},'failureCode':'InvalidImageDigest','failureReason':@}]}",
                    {json_string("Invalid request parameters: image digest should satisfy the regex "
                                 "'[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+'")}));
  EXPECT_EQ(bad("BatchGetImage", in_app(",'imageIds':[]")),
            invalid("imageIds", "Member must have length greater than or equal to 1"));
}

TEST_F(Images, BatchDelete) {
  const auto child = world.push_image(world.app, "one", {"v1", "v2"});
  const auto index = service::index_manifest({child});
  ASSERT_TRUE(service::ok(world.put(world.app, index, {"all"})));
  const auto digest = digest_text(child);
  EXPECT_EQ(good("BatchDeleteImage", in_app(",'imageIds':[{'imageTag':'v1'},{'imageDigest':'" + digest + "'}]")),
            json_text("{'imageIds':[{'imageDigest':'@','imageTag':'v1'}],'failures':[{'imageId':{'imageDigest':'@'},"
                      "'failureCode':'ImageReferencedByManifestList','failureReason':'Requested image referenced by "
                      "manifest list: [@]'}]}",
                      {digest, digest, digest_text(index)}));
  EXPECT_EQ(good("BatchDeleteImage", in_app(",'imageIds':[{'imageTag':'all'}]")),
            json_text("{'imageIds':[{'imageDigest':'@','imageTag':'all'}],'failures':[]}", {digest_text(index)}));
}

TEST_F(Images, ListAndItsPages) {
  const auto one = digest_text(world.push_image(world.app, "one", {"a", "b"}));
  world.clock.advance(std::chrono::seconds(1));
  const auto two = digest_text(world.push_image(world.app, "two"));
  const auto first = good("ListImages", in_app(",'maxResults':2"));
  EXPECT_TRUE(first.starts_with(json_text(
      "{'imageIds':[{'imageDigest':'@','imageTag':'a'},{'imageDigest':'@','imageTag':'b'}],'nextToken':'", {one, one})))
      << first;
  const auto token = member(first, "nextToken");
  EXPECT_EQ(good("ListImages", in_app(",'maxResults':2,'nextToken':'" + token + "'")),
            json_text("{'imageIds':[{'imageDigest':'@'}]}", {two}));
  EXPECT_EQ(good("ListImages", in_app(",'filter':{'tagStatus':'UNTAGGED'}")),
            json_text("{'imageIds':[{'imageDigest':'@'}]}", {two}));
  EXPECT_EQ(good("ListImages", in_app(",'filter':{'imageStatus':'ARCHIVED'}")), R"({"imageIds":[]})");
  EXPECT_EQ(exception("ListImages", in_app(",'filter':{'tagStatus':'SOMETIMES'}")), "InvalidParameterException");
  EXPECT_EQ(bad("DescribeImages", in_app(",'nextToken':'" + token + "'")), invalid("nextToken", "Invalid token"));
  EXPECT_EQ(bad("ListImages", json_text("{'repositoryName':'not/there','filter':{'imageStatus':'ARCHIVED'}}")),
            no_repository("not/there"));
}

TEST_F(Images, Describe) {
  const auto manifest = world.push_image(world.app, "one", {"v2", "v1"});
  const auto digest = digest_text(manifest);
  EXPECT_EQ(good("DescribeImages", in_app("")),
            json_text("{'imageDetails':[{'registryId':'123456789012','repositoryName':'team/app','imageDigest':'@',"
                      "'imageTags':['v1','v2'],'imageSizeInBytes':19,'imagePushedAt':1700000000.0,"
                      "'imageManifestMediaType':'@','artifactMediaType':'application/vnd.oci.image.config.v1+json',"
                      "'imageStatus':'ACTIVE'}]}",
                      {digest, std::string(service::kOciManifest)}));
  EXPECT_EQ(bad("DescribeImages", in_app(",'imageIds':[{'imageTag':'v1'},{'imageTag':'none'}]")),
            R"({"__type":"ImageNotFoundException","message":"The image with imageId {imageDigest:'null', )"
            R"(imageTag:'none'} does not exist within the repository with name 'team/app' in the registry with id )"
            R"('123456789012'"})");
  EXPECT_EQ(bad("DescribeImages", in_app(",'imageIds':[{'imageTag':'v1'}],'maxResults':5")),
            invalid("maxResults", "maxResults cannot be used with imageIds"));
  EXPECT_EQ(good("DescribeImages", in_app(",'imageIds':[{'imageTag':'v1'}],'filter':{'tagStatus':'UNTAGGED'}")),
            R"({"imageDetails":[]})");
  EXPECT_EQ(good("DescribeImages", in_app(",'filter':{'imageStatus':'ARCHIVED'}")), R"({"imageDetails":[]})");
}

TEST_F(Images, DescribeInPages) {
  std::vector<std::string> pushed;
  for (const auto* name : {"one", "two", "three"}) {
    pushed.push_back(digest_text(world.push_image(world.app, name)));
    world.clock.advance(std::chrono::seconds(1));
  }
  std::vector<std::string> seen;
  std::string token;
  for (int pages = 0; pages < 5; ++pages) {
    const auto text =
        good("DescribeImages", in_app(",'maxResults':2" + (token.empty() ? "" : ",'nextToken':'" + token + "'")));
    EXPECT_FALSE(text.contains("imageTags")) << "no empty list for an untagged image";
    const auto answer = json::parse(text).value();
    for (const auto& detail : *answer.find("imageDetails")->as_array())
      seen.push_back(*detail.find_string("imageDigest"));
    const auto* const next = answer.find_string("nextToken");
    if (next == nullptr) break;
    token = *next;
  }
  EXPECT_EQ(seen, pushed);
}

TEST_F(Images, Referrers) {
  const auto subject = world.push_image(world.app, "one");
  std::vector<std::string> digests;
  for (int i = 0; i < 3; ++i) {
    const auto extra = ",\"artifactType\":\"x/sbom\",\"annotations\":{\"n\":\"" + std::to_string(i) +
                       "\"},\"subject\":" + service::descriptor(service::kOciManifest, subject);
    digests.push_back(digest_text(world.push_image(world.app, "sbom", {}, extra)));
  }
  std::ranges::sort(digests);
  const auto ask = [&](std::string_view rest) {
    return in_app(",'subjectId':{'imageDigest':'" + digest_text(subject) + "'}" + std::string(rest));
  };
  const auto first = good("ListImageReferrers", ask(",'maxResults':2"));
  const auto answer = json::parse(first).value();
  const auto& page = *answer.find("referrers")->as_array();
  ASSERT_EQ(page.size(), 2U);
  EXPECT_EQ(*page[0].find_string("digest"), digests[0]);
  EXPECT_EQ(*page[0].find_string("artifactType"), "x/sbom");
  EXPECT_EQ(*page[0].find_string("artifactStatus"), "ACTIVE");
  EXPECT_GT(page[0].find("size")->as_int().value(), 100);
  EXPECT_NE(page[0].find("annotations")->find_string("n"), nullptr);
  const auto second =
      good("ListImageReferrers", ask(",'maxResults':2,'nextToken':'" + member(first, "nextToken") + "'"));
  EXPECT_TRUE(second.contains(digests[2])) << second;
  EXPECT_FALSE(second.contains("nextToken"));
  EXPECT_EQ(good("ListImageReferrers", ask(",'filter':{'artifactTypes':['x/other']}")), R"({"referrers":[]})");
  EXPECT_EQ(good("ListImageReferrers", ask(",'filter':{'artifactStatus':'ARCHIVED'}")), R"({"referrers":[]})");
  EXPECT_EQ(bad("ListImageReferrers", ask(",'maxResults':51")),
            invalid("maxResults", "Member must have value less than or equal to 50"));
  EXPECT_EQ(exception("ListImageReferrers", ask(",'nextToken':'x'")), "InvalidParameterException");
  EXPECT_EQ(bad("ListImageReferrers", in_app(",'subjectId':{}")),
            invalid("subjectId.imageDigest", "Member must not be null"));
  EXPECT_EQ(exception("ListImageReferrers", in_app(",'subjectId':{'imageDigest':'nonsense'}")),
            "InvalidParameterException");
}

}  // namespace
}  // namespace berth::api::ecr
