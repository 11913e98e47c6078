// The layer operations: uploads, availability, download URLs.
#include "api/ecr/ecr_test_support.h"

namespace berth::api::ecr {
namespace {

struct Layers : EcrTest {
  std::string start() {
    const auto answer = good("InitiateLayerUpload", json_text("{'repositoryName':'team/app'}"));
    EXPECT_TRUE(answer.ends_with(R"(","partSize":10485760})")) << answer;
    return member(answer, "uploadId");
  }
  static std::string part(const std::string& upload, std::uint64_t first, std::string_view bytes) {
    return json_text(
        "{'repositoryName':'team/app','uploadId':'@','partFirstByte':@,'partLastByte':@,'layerPartBlob':'@'}",
        {upload, std::to_string(first), std::to_string(first + bytes.size() - 1),
         base::to_base64(base::as_bytes(bytes))});
  }
  static std::string finish(const std::string& upload, const std::string& digest) {
    return json_text("{'repositoryName':'team/app','uploadId':'@','layerDigests':['@']}", {upload, digest});
  }
};

const std::string kAbsent = service::digest_of("nobody pushed this").text();

TEST_F(Layers, Upload) {
  const std::string first(5 << 20, 'a');
  const std::string last = "the end";
  const auto upload = start();
  EXPECT_EQ(good("UploadLayerPart", part(upload, 0, first)),
            json_text("{'registryId':'123456789012','repositoryName':'team/app','uploadId':'@','lastByteReceived':@}",
                      {upload, std::to_string(first.size() - 1)}));
  good("UploadLayerPart", part(upload, first.size(), last));
  const auto digest = service::digest_of(first + last).text();
  EXPECT_EQ(good("CompleteLayerUpload", finish(upload, digest)),
            json_text("{'registryId':'123456789012','repositoryName':'team/app','uploadId':'@','layerDigest':'@'}",
                      {upload, digest}));
  EXPECT_EQ(
      good("BatchCheckLayerAvailability", json_text("{'repositoryName':'team/app','layerDigests':['@']}", {digest})),
      json_text("{'layers':[{'layerDigest':'@','layerAvailability':'AVAILABLE','layerSize':@}],'failures':[]}",
                {digest, std::to_string(first.size() + last.size())}));
}

TEST_F(Layers, PartsThatDoNotFollow) {
  const auto upload = start();
  good("UploadLayerPart", part(upload, 0, "0123456789"));
  const auto answer = bad("UploadLayerPart", part(upload, 11, "x"));
  EXPECT_EQ(member(answer, "__type"), "InvalidLayerPartException");
  EXPECT_TRUE(answer.ends_with(json_text(
      "'registryId':'123456789012','repositoryName':'team/app','uploadId':'@','lastValidByteReceived':9}", {upload})))
      << answer;
}

TEST_F(Layers, BadParts) {
  const auto upload = start();
  const auto with = [&](std::string_view rest) {
    return json_text("{'repositoryName':'team/app','uploadId':'" + upload + "'," + std::string(rest) + "}");
  };
  EXPECT_EQ(exception("UploadLayerPart", with("'partFirstByte':-1,'partLastByte':0,'layerPartBlob':'eA=='")),
            "InvalidParameterException");
  EXPECT_EQ(exception("UploadLayerPart", with("'partFirstByte':0,'partLastByte':5,'layerPartBlob':'eA=='")),
            "InvalidLayerPartException");
  EXPECT_EQ(exception("UploadLayerPart", with("'partFirstByte':0,'partLastByte':0,'layerPartBlob':'not base64!'")),
            "SerializationException");
  EXPECT_EQ(
      exception("UploadLayerPart", with("'partFirstByte':9223372036854775807,'partLastByte':0,'layerPartBlob':'eA=='")),
      "InvalidLayerPartException");
  EXPECT_EQ(exception("UploadLayerPart", part("../../etc/passwd", 0, "x")), "InvalidParameterException");
  EXPECT_EQ(exception("UploadLayerPart", part("11111111-2222-4333-8444-555555555555", 0, "x")),
            "UploadNotFoundException");
}

TEST_F(Layers, EndsThatAreNone) {
  const auto digest = service::digest_of("data").text();
  auto upload = start();
  EXPECT_EQ(exception("CompleteLayerUpload", finish(upload, digest)), "EmptyUploadException");
  good("UploadLayerPart", part(upload, 0, "data"));
  EXPECT_EQ(exception("CompleteLayerUpload", finish(upload, "nonsense")), "InvalidParameterException");
  EXPECT_EQ(exception("CompleteLayerUpload", finish(upload, "sha256:abc")), "InvalidParameterException");
  EXPECT_EQ(exception("CompleteLayerUpload", finish(upload, kAbsent)), "InvalidLayerException");

  upload = start();
  good("UploadLayerPart", part(upload, 0, "da"));
  good("UploadLayerPart", part(upload, 2, "ta"));
  EXPECT_EQ(bad("CompleteLayerUpload", finish(upload, digest)),
            R"({"__type":"LayerPartTooSmallException","message":"All layer parts except the last part should be at )"
            R"(least 5MB"})");

  world.push_layer(world.app, "data");
  upload = start();
  good("UploadLayerPart", part(upload, 0, "data"));
  EXPECT_EQ(exception("CompleteLayerUpload", finish(upload, digest)), "LayerAlreadyExistsException");
}

TEST_F(Layers, OneOfSeveralDigests) {
  const auto digest = service::digest_of("data").text();
  const auto upload = start();
  good("UploadLayerPart", part(upload, 0, "data"));
  const auto answer = good(
      "CompleteLayerUpload",
      json_text("{'repositoryName':'team/app','uploadId':'@','layerDigests':['@','@']}", {upload, kAbsent, digest}));
  EXPECT_EQ(member(answer, "layerDigest"), digest);
}

TEST_F(Layers, AvailabilityOfDigestsThatAreNone) {
  const auto layer = world.push_layer(world.app, "here").text();
  const auto answer =
      good("BatchCheckLayerAvailability",
           json_text("{'repositoryName':'team/app','layerDigests':['@','@','sha256:xyz','']}", {layer, kAbsent}));
  EXPECT_EQ(answer,
            json_text("{'layers':[{'layerDigest':'@','layerAvailability':'AVAILABLE','layerSize':4},{'layerDigest':'@',"
                      "'layerAvailability':'UNAVAILABLE'}],'failures':[{'layerDigest':'sha256:xyz','failureCode':"
                      "'InvalidLayerDigest','failureReason':@},{'layerDigest':'','failureCode':'MissingLayerDigest',"
                      "'failureReason':'Invalid request parameters: layer digest cannot be null'}]}",
                      {layer, kAbsent,
                       json_string("Invalid request parameters: layer digest should satisfy the regex "
                                   "'[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+'")}));
  EXPECT_EQ(bad("BatchCheckLayerAvailability", json_text("{'repositoryName':'team/app','layerDigests':[]}")),
            invalid("layerDigests", "Member must have length greater than or equal to 1"));
  EXPECT_EQ(bad("BatchCheckLayerAvailability", json_text("{'repositoryName':'not/there','layerDigests':['x']}")),
            no_repository("not/there"));
}

TEST_F(Layers, GetDownloadUrl) {
  world.push_image(world.app, "one");
  const auto digest = service::digest_of("layer one");
  const auto ask = [](const std::string& of) {
    return json_text("{'repositoryName':'team/app','layerDigest':'@'}", {of});
  };
  host = "localhost:5000";
  const auto answer = good("GetDownloadUrlForLayer", ask(digest.text()));
  EXPECT_EQ(member(answer, "layerDigest"), digest.text());
  const auto url = member(answer, "downloadUrl");
  const std::string start = "http://localhost:5000";
  ASSERT_TRUE(url.starts_with(start)) << url;
  const auto query = url.find('?');
  const auto grant = urls.verify(std::string_view(url).substr(start.size(), query - start.size()),
                                 std::string_view(url).substr(query + 1), world.clock.now());
  ASSERT_TRUE(grant) << grant.error().message;
  EXPECT_EQ(grant->digest, digest);

  EXPECT_EQ(exception("GetDownloadUrlForLayer", ask(world.push_layer(world.app, "alone").text())),
            "LayerInaccessibleException");
  EXPECT_EQ(exception("GetDownloadUrlForLayer", ask(kAbsent)), "LayersNotFoundException");
  EXPECT_EQ(exception("GetDownloadUrlForLayer", ask("nonsense")), "InvalidParameterException");
  EXPECT_EQ(exception("GetDownloadUrlForLayer", ask("sha256:abc")), "InvalidParameterException");
}

}  // namespace
}  // namespace berth::api::ecr
