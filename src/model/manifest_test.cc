#include "model/manifest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/media_type.h"

namespace berth::model {
namespace {

using base::Errc;
using testing::HasSubstr;

const std::string kA = "sha256:" + std::string(64, 'a');
const std::string kB = "sha256:" + std::string(64, 'b');
const std::string kC = "sha512:" + std::string(128, 'c');

std::string descriptor(std::string_view type, std::string_view digest, std::string_view size = "10",
                       std::string_view more = "") {
  return R"({"mediaType":")" + std::string(type) + R"(","digest":")" + std::string(digest) + R"(","size":)" +
         std::string(size) + std::string(more) + "}";
}

const std::string kConfig = descriptor("application/vnd.oci.image.config.v1+json", kA, "7");
const std::string kLayer = descriptor("application/vnd.oci.image.layer.v1.tar+gzip", kB, "100");

std::string with_type(std::string_view type, std::string_view members) {
  return R"({"schemaVersion":2,"mediaType":")" + std::string(type) + R"(",)" + std::string(members) + "}";
}
std::string image(std::string_view more = "") {
  return with_type(media_type::kOciManifest,
                   R"("config":)" + kConfig + R"(,"layers":[)" + kLayer + "]" + std::string(more));
}
std::string index(std::string_view more = "") {
  return with_type(media_type::kOciIndex,
                   R"("manifests":[)" + descriptor(media_type::kOciManifest, kA) + "]" + std::string(more));
}
std::string image_of(const std::string& layer) {
  return with_type(media_type::kOciManifest, R"("config":)" + kConfig + R"(,"layers":[)" + layer + "]");
}

Manifest good(std::string_view bytes, std::string_view content_type = "") {
  auto manifest = Manifest::parse(bytes, content_type);
  EXPECT_TRUE(manifest) << bytes.substr(0, 500) << ": " << (manifest ? "" : manifest.error().message);
  return manifest ? *std::move(manifest) : Manifest();
}

std::string refusal(std::string_view bytes, std::string_view content_type = "") {
  const auto manifest = Manifest::parse(bytes, content_type);
  EXPECT_FALSE(manifest) << bytes.substr(0, 500);
  if (manifest) return {};
  EXPECT_EQ(manifest.error().code, Errc::manifest_invalid);
  return manifest.error().message;
}

// ---- what is a manifest

TEST(Manifest, ReadsAnOciImage) {
  const auto manifest = good(image(R"(,"annotations":{"a":"b"})"), "application/vnd.oci.image.manifest.v1+json");
  EXPECT_EQ(manifest.kind, ManifestKind::oci_image);
  EXPECT_EQ(manifest.media_type, media_type::kOciManifest);
  EXPECT_EQ(manifest.config->digest.text(), kA);
  EXPECT_EQ(manifest.config->size, 7U);
  ASSERT_EQ(manifest.layers.size(), 1U);
  EXPECT_EQ(manifest.layers[0].media_type, "application/vnd.oci.image.layer.v1.tar+gzip");
  EXPECT_EQ(manifest.annotations.at("a"), "b");
  EXPECT_EQ(manifest.artifact_media_type(), "application/vnd.oci.image.config.v1+json");
  EXPECT_EQ(manifest.total_size(), 107U);
  EXPECT_FALSE(manifest.is_index());
  EXPECT_FALSE(manifest.subject);
}

TEST(Manifest, ReadsADockerImage) {
  const auto manifest = good(with_type(
      media_type::kDockerManifest,
      R"("config":)" + descriptor("application/vnd.docker.container.image.v1+json", kA) + R"(,"layers":[)" +
          descriptor("application/vnd.docker.image.rootfs.diff.tar.gzip", kB) + "," +
          descriptor(media_type::kDockerForeignLayer, kC, "9", R"(,"urls":["https://example.com/layer"])") + "]"));
  EXPECT_EQ(manifest.kind, ManifestKind::docker_image);
  EXPECT_FALSE(manifest.layers[0].nondistributable);
  EXPECT_TRUE(manifest.layers[1].nondistributable);
  EXPECT_TRUE(manifest.layers[1].has_urls);
  EXPECT_EQ(manifest.artifact_media_type(), "application/vnd.docker.container.image.v1+json");
}

TEST(Manifest, ReadsIndexAndList) {
  const auto oci = good(index(R"(,"artifactType":"application/x.y")"));
  EXPECT_EQ(oci.kind, ManifestKind::oci_index);
  EXPECT_TRUE(oci.is_index());
  EXPECT_EQ(oci.children.at(0).digest.text(), kA);
  EXPECT_EQ(oci.artifact_media_type(), "application/x.y");
  EXPECT_EQ(oci.total_size(), 0U);
  EXPECT_EQ(good(index()).artifact_media_type(), "");

  const auto list =
      good(with_type(media_type::kDockerManifestList,
                     R"("manifests":[)" +
                         descriptor(media_type::kDockerManifest, kA, "500",
                                    R"(,"platform":{"architecture":"arm64","os":"linux","variant":"v8"})") +
                         "]"));
  EXPECT_EQ(list.kind, ManifestKind::docker_list);
  EXPECT_EQ(list.children.size(), 1U);
}

TEST(Manifest, ReadsAnOrasArtifact) {
  const auto manifest =
      good(R"({"mediaType":"application/vnd.cncf.oras.artifact.manifest.v1+json","artifactType":"a/sbom",)"
           R"("blobs":[)" +
           kLayer + R"(],"subject":)" + descriptor(media_type::kOciManifest, kC) + "}");
  EXPECT_EQ(manifest.kind, ManifestKind::oras_artifact);
  EXPECT_EQ(manifest.layers.size(), 1U);
  EXPECT_EQ(manifest.subject->digest.text(), kC);
  EXPECT_EQ(manifest.artifact_media_type(), "a/sbom");
  EXPECT_THAT(refusal(R"({"mediaType":"application/vnd.cncf.oras.artifact.manifest.v1+json"})"),
              HasSubstr("artifactType is missing"));
}

TEST(Manifest, ReadsASubjectAndItsArtifactType) {
  const auto manifest = good(image(R"(,"artifactType":"a/signature","subject":)" +
                                   descriptor(media_type::kOciManifest, kC, "3", R"(,"annotations":{"k":"v"})")));
  EXPECT_EQ(manifest.artifact_media_type(), "a/signature");
  EXPECT_EQ(manifest.subject->digest.text(), kC);
  EXPECT_EQ(manifest.subject->annotations.at("k"), "v");
}

TEST(Manifest, TakesEmptyLists) {
  for (const auto* layers : {R"(,"layers":[])", R"(,"layers":null)", ""}) {
    EXPECT_TRUE(good(with_type(media_type::kOciManifest, R"("config":)" + kConfig + layers)).layers.empty());
  }
  EXPECT_TRUE(good(with_type(media_type::kOciIndex, R"("manifests":[])")).children.empty());
  EXPECT_TRUE(good(with_type(media_type::kOciIndex, R"("manifests":null)")).children.empty());
}

TEST(Manifest, TakesMembersItDoesNotKnow) {
  good(image(R"(,"org.example.new":{"deep":[1,2,{"x":null}]},"annotations":null,"subject":null,"artifactType":"")"));
  good(image_of(descriptor("a/b", kA, "1", R"(,"x-custom":1,"data":null,"urls":null)")));
}

// ---- which kind it is

TEST(Manifest, TakesItsTypeFromWhereItStands) {
  const std::string bare = R"({"schemaVersion":2,"config":)" + kConfig + R"(,"layers":[]})";
  EXPECT_EQ(good(bare, media_type::kOciManifest).media_type, media_type::kOciManifest);
  EXPECT_EQ(good(bare, media_type::kDockerManifest).kind, ManifestKind::docker_image);
  EXPECT_EQ(good(bare).kind, ManifestKind::oci_image);
  EXPECT_EQ(good(R"({"schemaVersion":2,"manifests":[]})").kind, ManifestKind::oci_index);
  EXPECT_EQ(good(image(), "Application/vnd.OCI.image.manifest.v1+json; charset=utf-8").kind, ManifestKind::oci_image);
  EXPECT_THAT(refusal(R"({"schemaVersion":2})"), HasSubstr("neither"));
  EXPECT_THAT(refusal("{}"), HasSubstr("neither"));
}

TEST(Manifest, RefusesTwoTypes) {
  EXPECT_THAT(refusal(image(), media_type::kDockerManifest), HasSubstr("is not the media type it was sent with"));
  EXPECT_THAT(refusal(image(), media_type::kOciIndex), HasSubstr("is not the media type"));
  EXPECT_THAT(refusal(image(), "application/json"), HasSubstr("is not the media type"));
}

TEST(Manifest, RefusesTypesItDoesNotKnow) {
  EXPECT_THAT(refusal(with_type("application/vnd.oci.artifact.manifest.v1+json", R"("blobs":[])")),
              HasSubstr("'application/vnd.oci.artifact.manifest.v1+json' is not supported"));
  EXPECT_THAT(refusal(R"({"schemaVersion":2,"layers":[]})", "text/html"), HasSubstr("not supported"));
  EXPECT_THAT(refusal(R"({"schemaVersion":2,"mediaType":7})"), HasSubstr("must be a media type"));
  EXPECT_THAT(refusal(R"({"schemaVersion":2,"mediaType":"a b"})"), HasSubstr("must be a media type"));
  EXPECT_THAT(refusal(R"({"schemaVersion":2,"mediaType":["a/b"]})"), HasSubstr("must be a media type"));
}

TEST(Manifest, RefusesDockerSchema1) {
  const std::string body = R"({"schemaVersion":1,"name":"a","tag":"b","fsLayers":[],"history":[],"signatures":[]})";
  for (const auto type : {std::string_view(), media_type::kDockerSchema1, media_type::kDockerSchema1Signed}) {
    EXPECT_THAT(refusal(body, type), HasSubstr("schema 1 is not supported"));
  }
  EXPECT_THAT(refusal(image(), media_type::kDockerSchema1), HasSubstr("schema 1"));
  EXPECT_THAT(refusal(with_type(media_type::kDockerSchema1, R"("layers":[])")), HasSubstr("schema 1"));
}

TEST(Manifest, WantsSchemaVersion2) {
  for (const auto* version : {"1", "3", "\"2\"", "2.0", "null", "[]", "99999999999999999999"}) {
    const std::string body =
        R"({"schemaVersion":)" + std::string(version) + R"(,"config":)" + kConfig + R"(,"layers":[]})";
    EXPECT_NE(refusal(body), "") << version;
  }
  EXPECT_THAT(refusal(R"({"layers":[],"config":)" + kConfig + "}"), HasSubstr("schemaVersion must be 2"));
}

// ---- one meaning only

TEST(Manifest, RefusesImageAndIndexInOne) {
  const std::string both = R"("config":)" + kConfig + R"(,"layers":[)" + kLayer + R"(],"manifests":[)" +
                           descriptor(media_type::kOciManifest, kA) + "]";
  for (const auto type : {media_type::kOciManifest, media_type::kOciIndex, media_type::kDockerManifest,
                          media_type::kDockerManifestList}) {
    EXPECT_THAT(refusal(with_type(type, both)), HasSubstr("ambiguous"));
    EXPECT_THAT(refusal(R"({"schemaVersion":2,)" + both + "}", type), HasSubstr("ambiguous"));
  }
  EXPECT_THAT(refusal(R"({"schemaVersion":2,)" + both + "}"), HasSubstr("ambiguous"));
  EXPECT_THAT(refusal(image(R"(,"manifests":[])")), HasSubstr("'manifests'"));
  EXPECT_THAT(refusal(index(R"(,"layers":[])")), HasSubstr("'layers'"));
  EXPECT_THAT(refusal(index(R"(,"config":{})")), HasSubstr("'config'"));
  EXPECT_THAT(refusal(image(R"(,"fsLayers":[])")), HasSubstr("'fsLayers'"));
  EXPECT_THAT(refusal(image(R"(,"blobs":[])")), HasSubstr("'blobs'"));
  good(image(R"(,"manifests":null)"));
}

TEST(Manifest, RefusesNamesTwice) {
  EXPECT_EQ(refusal(image(R"(,"layers":[])")), "Invalid JSON syntax");
  EXPECT_EQ(refusal(image(R"(,"\u006cayers":[])")), "Invalid JSON syntax");
  EXPECT_EQ(refusal(image_of(descriptor("a/b", kA, "1", R"(,"size":2)"))), "Invalid JSON syntax");
}

TEST(Manifest, RefusesNamesThatOnlyLookDifferent) {
  EXPECT_THAT(refusal(image(R"(,"Layers":[])")), HasSubstr("'Layers' would be read as 'layers'"));
  EXPECT_THAT(refusal(image(R"(,"MANIFESTS":[])")), HasSubstr("'manifests'"));
  EXPECT_THAT(refusal(image("").replace(image("").find("mediaType"), 9, "mediatype")), HasSubstr("'mediaType'"));
  EXPECT_THAT(refusal(image(R"(,"layer\u017f":[])")), HasSubstr("'layers'"));
  EXPECT_THAT(refusal(image_of(descriptor("a/b", kA, "1", R"(,"Digest":"x")"))), HasSubstr("layers[0]: 'Digest'"));
  EXPECT_THAT(refusal(image_of(descriptor("a/b", kA, "1", R"(,"\u017fize":1)"))), HasSubstr("'size'"));
  good(image(R"(,"layer":[],"config2":1)"));
}

// ---- shapes

TEST(Manifest, RefusesWhatIsNotJson) {
  for (const std::string& text : {std::string(), std::string("{"), std::string("nonsense"), std::string(100'000, '['),
                                  image() + "x", std::string("{\"a\":\"\xff\"}"), std::string("\0", 1)}) {
    EXPECT_EQ(refusal(text), "Invalid JSON syntax");
  }
  for (const auto* text : {"[]", "null", "\"manifest\"", "2"}) {
    EXPECT_THAT(refusal(text), HasSubstr("must be a JSON object"));
  }
}

TEST(Manifest, RefusesMissingAndWrongMembers) {
  EXPECT_THAT(refusal(with_type(media_type::kOciManifest, R"("layers":[])")), HasSubstr("config is missing"));
  EXPECT_THAT(refusal(with_type(media_type::kOciManifest, R"("config":null,"layers":[])")),
              HasSubstr("config is missing"));
  EXPECT_THAT(refusal(with_type(media_type::kDockerManifest, R"("layers":[])")), HasSubstr("config is missing"));
  EXPECT_THAT(refusal(with_type(media_type::kOciManifest, R"("config":[])")), HasSubstr("config: must be an object"));
  EXPECT_THAT(refusal(with_type(media_type::kOciManifest, R"("layers":{},"config":)" + kConfig)),
              HasSubstr("must be a list"));
  EXPECT_THAT(refusal(image_of("1")), HasSubstr("layers[0]: must be an object"));
  EXPECT_THAT(refusal(image_of(kLayer + ",null")), HasSubstr("layers[1]: must be an object"));
  EXPECT_THAT(refusal(with_type(media_type::kOciIndex, R"("x":1)")), HasSubstr("manifests is missing"));
  EXPECT_THAT(refusal(with_type(media_type::kOciIndex, R"("manifests":{})")), HasSubstr("must be a list"));
  EXPECT_THAT(refusal(image(R"(,"subject":"x")")), HasSubstr("subject: must be an object"));
  EXPECT_THAT(refusal(image(R"(,"annotations":[])")), HasSubstr("annotations must be an object"));
  EXPECT_THAT(refusal(image(R"(,"annotations":{"a":1})")), HasSubstr("annotations must be strings"));
  EXPECT_THAT(refusal(image(R"(,"artifactType":"no type")")), HasSubstr("artifactType must be a media type"));
}

TEST(Manifest, RefusesDescriptorsWithoutContent) {
  EXPECT_THAT(refusal(image_of(R"({"digest":")" + kA + R"(","size":1})")), HasSubstr("mediaType is missing"));
  EXPECT_THAT(refusal(image_of(R"({"mediaType":"a/b","size":1})")), HasSubstr("digest is missing"));
  EXPECT_THAT(refusal(image_of(R"({"mediaType":"a/b","digest":7,"size":1})")), HasSubstr("digest is missing"));
  EXPECT_THAT(refusal(image_of(R"({"mediaType":"a/b","digest":")" + kA + "\"}")), HasSubstr("size must be"));
  for (const auto* digest : {"", "sha256:abc", "md5:d41d8cd98f00b204e9800998ecf8427e", "sha256:../../x"}) {
    EXPECT_THAT(refusal(image_of(descriptor("a/b", digest))), HasSubstr("layers[0]: digest")) << digest;
  }
  for (const auto* size : {"-1", "1.5", "1e3", "\"10\"", "null", "9223372036854775808", "1e400", "true", "{}"}) {
    EXPECT_NE(refusal(image_of(descriptor("a/b", kA, size))), "") << size;
  }
  EXPECT_THAT(refusal(image_of(descriptor("a/b", kA, "1", R"(,"urls":"x")"))), HasSubstr("urls"));
  EXPECT_THAT(refusal(image_of(descriptor("a/b", kA, "1", R"(,"urls":[1])"))), HasSubstr("urls"));
}

TEST(Manifest, RefusesSizesThatAddUpToNonsense) {
  const std::string huge = descriptor("a/b", kB, "9223372036854775807");
  EXPECT_EQ(good(image_of(descriptor("a/b", kB, "9223372036854775800"))).total_size(), 9223372036854775807U);
  EXPECT_THAT(refusal(image_of(huge)), HasSubstr("add up"));
  EXPECT_THAT(refusal(image_of(huge + "," + huge + "," + huge)), HasSubstr("add up"));
}

TEST(Manifest, HandsOutEmbeddedData) {
  const auto manifest =
      good(with_type(media_type::kOciManifest, R"("layers":[)" + kLayer + R"(],"config":)" +
                                                   descriptor(media_type::kOciEmpty, kA, "2", R"(,"data":"e30=")")));
  ASSERT_EQ(manifest.embedded().size(), 1U);
  EXPECT_EQ(manifest.embedded()[0]->data, "{}");
  EXPECT_EQ(manifest.embedded()[0]->digest.text(), kA);
  EXPECT_THAT(refusal(image_of(descriptor("a/b", kA, "3", R"(,"data":"e30=")"))), HasSubstr("does not have the size"));
  EXPECT_THAT(refusal(image_of(descriptor("a/b", kA, "2", R"(,"data":"e30")"))), HasSubstr("base64"));
  EXPECT_THAT(refusal(image_of(descriptor("a/b", kA, "2", R"(,"data":[])"))), HasSubstr("base64"));
}

TEST(Manifest, KnowsWhichBlobsMustBeHere) {
  const auto manifest =
      good(image_of(kLayer + "," + descriptor("application/vnd.oci.image.layer.nondistributable.v1.tar", kC) + "," +
                    kLayer + "," + descriptor("a/b", kA)));
  std::vector<std::string> digests;
  for (const auto* blob : manifest.required_blobs()) digests.push_back(blob->digest.text());
  EXPECT_THAT(digests, testing::ElementsAre(kA, kB));
}

// ---- bounds

TEST(Manifest, BoundsItsSize) {
  const std::string padding(Manifest::kMaxBytes - image(R"(,"annotations":{"a":""})").size(), 'x');
  good(image(R"(,"annotations":{"a":")" + padding + "\"}"));
  const auto over = Manifest::parse(image(R"(,"annotations":{"a":"x)" + padding + "\"}"), "");
  ASSERT_FALSE(over);
  EXPECT_EQ(over.error().code, Errc::payload_too_large);
}

TEST(Manifest, BoundsItsDescriptors) {
  const auto many = [](std::size_t n) {
    std::string list = kLayer;
    for (std::size_t i = 1; i < n; ++i) list += "," + kLayer;
    return image_of(list);
  };
  EXPECT_EQ(good(many(Manifest::kMaxDescriptors)).layers.size(), Manifest::kMaxDescriptors);
  EXPECT_THAT(refusal(many(Manifest::kMaxDescriptors + 1)), HasSubstr("more than 10000"));
}

TEST(Manifest, BoundsItsDepth) {
  std::string deep = "1";
  for (int i = 0; i < 100; ++i) deep = "{\"x\":" + deep + "}";
  EXPECT_EQ(refusal(image(",\"x\":" + deep)), "Invalid JSON syntax");
}

}  // namespace
}  // namespace berth::model
