// Writing through the door: layers, manifests, deletes.
#include "api/oci/front_test_support.h"

namespace berth::api::oci {
namespace {

using enum web::Method;

class PushTest : public FrontTest {
 protected:
  static inline const std::string kUploads = "/v2/team/app/blobs/uploads/";

  std::string start(const std::string& query = "") {
    const auto reply = send(post, kUploads + query);
    EXPECT_EQ(reply.status, 202) << reply.body;
    const std::string location(reply["Location"]);
    EXPECT_EQ(location, kUploads + std::string(reply["Docker-Upload-UUID"]));
    EXPECT_EQ(reply["Range"], "0-0");
    return location;
  }
  void expect_layer(const Reply& reply, const model::Digest& digest, std::string_view bytes) {
    EXPECT_EQ(reply.status, 201) << reply.body;
    EXPECT_EQ(reply["Location"], "/v2/team/app/blobs/" + digest.text());
    EXPECT_EQ(reply["Docker-Content-Digest"], digest.text());
    EXPECT_EQ(get("/v2/team/app/blobs/" + digest.text()).body, bytes);
  }
};

TEST_F(PushTest, PushesAndPullsAnImage) {
  for (const std::string bytes : {"config one", "layer one"}) {
    const auto digest = service::digest_of(bytes);
    EXPECT_EQ(send(head, "/v2/team/app/blobs/" + digest.text()).status, 404);
    const auto location = start();
    const auto kept = send(patch, location, bytes);
    EXPECT_EQ(kept.status, 202);
    EXPECT_EQ(kept["Location"], location);
    EXPECT_EQ(kept["Range"], "0-" + std::to_string(bytes.size() - 1));
    expect_layer(send(web::Method::put, location + "?digest=" + digest.text(), ""), digest, bytes);
    EXPECT_EQ(get(location).status, 404);
  }
  const auto manifest = service::image_manifest("config one", "layer one");
  const auto digest = service::digest_of(manifest).text();
  const auto made = put_manifest("v1", manifest);
  EXPECT_EQ(made.status, 201);
  EXPECT_EQ(made["Location"], "/v2/team/app/manifests/" + digest);
  EXPECT_EQ(made["Docker-Content-Digest"], digest);
  EXPECT_EQ(made["OCI-Tag"], "v1");
  EXPECT_EQ(put_manifest("v1", manifest).status, 201);  // again is fine here
  EXPECT_EQ(get("/v2/team/app/manifests/v1").body, manifest);
}

TEST_F(PushTest, TakesChunksInOrder) {
  const auto location = start();
  EXPECT_EQ(send(patch, location, "01234", {{"Content-Range", "0-4"}}).status, 202);
  const auto status = get(location);
  EXPECT_EQ(status.status, 204);
  EXPECT_EQ(status["Range"], "0-4");
  EXPECT_EQ(status["Location"], location);
  for (const auto* range : {"0-4", "4-8", "6-10", "bytes 6-10/*"}) {
    const auto refused = send(patch, location, "56789", {{"Content-Range", range}});
    EXPECT_EQ(refused.status, 416) << range;
    EXPECT_EQ(refused["Range"], "0-4");
    EXPECT_EQ(refused["Location"], location);
    EXPECT_NE(refused.body.find("BLOB_UPLOAD_INVALID"), std::string::npos);
  }
  EXPECT_EQ(send(patch, location, "56789", {{"Content-Range", "5-10"}}).status, 400);  // not what Content-Length says
  EXPECT_EQ(send(patch, location, "56789", {{"Content-Range", "x"}}).status, 416);
  EXPECT_EQ(send(patch, location, "56789", {{"Content-Range", "-1-4"}}).status, 416);
  EXPECT_EQ(send(patch, location, "5", {{"Content-Range", "5-18446744073709551615"}}).status, 400);
  EXPECT_EQ(send(patch, location, "567", {{"Content-Range", "bytes 5-7/*"}}).status, 202);
  const auto digest = service::digest_of("0123456789");
  const auto late = send(web::Method::put, location + "?digest=" + digest.text(), "89", {{"Content-Range", "7-8"}});
  EXPECT_EQ(late.status, 416);
  EXPECT_EQ(late["Range"], "0-7");
  expect_layer(send(web::Method::put, location + "?digest=" + digest.text(), "89", {{"Content-Range", "8-9"}}), digest,
               "0123456789");
}

TEST_F(PushTest, KeepsWhatCameBeforeTheClientWentAway) {
  const auto location = start();
  cut_after = 6;
  (void)send(patch, location, "0123456789");
  cut_after.reset();
  EXPECT_EQ(get(location)["Range"], "0-5");
  const auto digest = service::digest_of("0123456789");
  cut_after = 3;
  (void)send(web::Method::put, location + "?digest=" + digest.text(), "6789");
  cut_after.reset();
  EXPECT_EQ(get(location)["Range"], "0-8");
  expect_layer(send(web::Method::put, location + "?digest=" + digest.text(), "9"), digest, "0123456789");

  cut_after = 3;
  (void)send(post, kUploads + "?digest=" + service::digest_of("at once").text(), "at once");
  EXPECT_TRUE(contents->uploads.empty());  // nobody can come back for that one
}

TEST_F(PushTest, TakesALayerInOneRequest) {
  const auto digest = service::digest_of("at once");
  expect_layer(send(post, kUploads + "?digest=" + digest.text(), "at once"), digest, "at once");
  const auto empty = service::digest_of("");
  expect_layer(send(post, kUploads + "?digest=" + empty.text()), empty, "");
  const auto wrong = send(post, kUploads + "?digest=" + service::digest_of("x").text(), "y");
  EXPECT_EQ(wrong.status, 400);
  EXPECT_NE(wrong.body.find("DIGEST_INVALID"), std::string::npos);
  EXPECT_TRUE(contents->uploads.empty());
  EXPECT_EQ(send(post, kUploads + "?digest=md5:0", "y").status, 400);
  EXPECT_EQ(send(post, "/v2/no/where/blobs/uploads/", "y").status, 404);
}

TEST_F(PushTest, TakesOtherAlgorithms) {
  const auto digest = service::digest_of("bytes", model::DigestAlgorithm::sha512);
  const auto late = start();
  EXPECT_EQ(send(patch, late, "by").status, 202);
  expect_layer(send(web::Method::put, late + "?digest=" + digest.text(), "tes"), digest, "bytes");
  const auto early = start("?digest-algorithm=sha512");
  EXPECT_EQ(send(patch, early, "bytes").status, 202);
  expect_layer(send(web::Method::put, early + "?digest=" + digest.text(), ""), digest, "bytes");
  EXPECT_EQ(send(post, kUploads + "?digest-algorithm=md5").status, 400);
}

TEST_F(PushTest, RefusesTheWrongDigest) {
  const auto location = start();
  EXPECT_EQ(send(web::Method::put, location, "right").status, 400);  // no digest
  EXPECT_EQ(get(location).status, 204);
  EXPECT_EQ(send(web::Method::put, location + "?digest=" + service::digest_of("wrong").text(), "right").status, 400);
  EXPECT_EQ(get(location).status, 404);
}

TEST_F(PushTest, RefusesMoreThanALayerMayHave) {
  core.limits.max_layer = 5;
  const auto location = start();
  const auto refused = send(patch, location, "0123456789");
  EXPECT_EQ(refused.status, 413);
  EXPECT_EQ(refused["Docker-Distribution-Api-Version"], "registry/2.0");
}

TEST_F(PushTest, CancelsAnUpload) {
  const auto location = start();
  EXPECT_EQ(send(delete_, location).status, 204);
  EXPECT_EQ(send(delete_, location).status, 404);
  EXPECT_EQ(send(patch, location, "x").status, 404);
  EXPECT_EQ(get(kUploads + "not-an-upload").status, 404);
  EXPECT_EQ(get(kUploads + "..").status, 404);
}

TEST_F(PushTest, Mounts) {
  const auto source = service::repository("team/source");
  make(source);
  push_image(source, "shared");
  const auto digest = service::digest_of("layer shared");
  expect_layer(send(post, kUploads + "?mount=" + digest.text() + "&from=team%2Fsource"), digest, "layer shared");
  make(service::repository("team/third"));
  EXPECT_EQ(send(post, "/v2/team/third/blobs/uploads/?mount=" + digest.text()).status, 201);
  // What cannot be mounted becomes an upload.
  for (const auto& query : {"?mount=" + service::digest_of("absent").text() + "&from=team/source",
                            "?mount=" + service::digest_of("absent").text() + "&from=no/where",
                            "?mount=" + service::digest_of("absent").text() + "&from=..%2F..",
                            "?mount=" + service::digest_of("absent").text()}) {
    start(query);
  }
  EXPECT_EQ(send(post, kUploads + "?mount=nonsense&from=team/source").status, 400);
  const auto lonely = push_layer(source, "held by no image");
  expect_layer(send(post, kUploads + "?mount=" + lonely.text() + "&from=team/source"), lonely, "held by no image");
}

TEST_F(PushTest, TagsAManifestPushedByDigest) {
  push_layer(app, "config");
  push_layer(app, "layer");
  const auto manifest = service::image_manifest("config", "layer");
  const auto digest = service::digest_of(manifest).text();
  const auto made = put_manifest(digest + "?tag=a&tag=b", manifest);
  EXPECT_EQ(made.status, 201);
  EXPECT_EQ(made["OCI-Tag"], "a, b");
  EXPECT_EQ(get("/v2/team/app/tags/list").body, R"({"name":"team/app","tags":["a","b"]})");
  EXPECT_EQ(put_manifest(digest + "?tag=-bad", manifest).status, 400);
  std::string many = digest + "?tag=t";
  for (int i = 0; i < 100; ++i) many += "&tag=t" + std::to_string(i);
  EXPECT_EQ(put_manifest(many, manifest).status, 400);
  EXPECT_EQ(put_manifest(service::digest_of("another").text(), manifest).status, 400);
}

TEST_F(PushTest, SaysWhichSubjectItSaw) {
  const auto subject = push_image(app, "one");
  push_layer(app, "config");
  push_layer(app, "layer");
  const auto made = put_manifest(
      "sig", service::image_manifest("config", "layer",
                                     ",\"subject\":" + service::descriptor(service::kOciManifest, subject)));
  EXPECT_EQ(made.status, 201);
  EXPECT_EQ(made["OCI-Subject"], service::digest_of(subject).text());
}

TEST_F(PushTest, RefusesManifestsThatAreNone) {
  const auto missing = put_manifest("v1", service::image_manifest("config", "layer"));
  EXPECT_EQ(missing.status, 400);
  EXPECT_NE(missing.body.find("MANIFEST_BLOB_UNKNOWN"), std::string::npos);
  EXPECT_NE(put_manifest("v1", "{").body.find("MANIFEST_INVALID"), std::string::npos);
  EXPECT_EQ(put_manifest("v1", "").status, 400);
  const auto large = put_manifest("v1", std::string(options.max_manifest + 1, ' '));
  EXPECT_EQ(large.status, 413);
  EXPECT_EQ(large["Docker-Distribution-Api-Version"], "registry/2.0");
  EXPECT_NE(put_manifest("v1", std::string(options.max_manifest, ' ')).status, 413);
}

TEST_F(PushTest, KeepsImmutableTags) {
  const auto one = push_image(app, "one", {"v1"});
  const auto two = push_image(app, "two");
  ASSERT_TRUE(service::ok(repositories.put_tag_mutability(
      scope, app, model::TagMutability::make(model::TagMutabilityMode::immutable, {}).value())));
  EXPECT_EQ(put_manifest("v1", one).status, 201);
  const auto refused = put_manifest("v1", two);
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(refused.body, error_body("TAG_INVALID",
                                     "The image tag 'v1' already exists in the 'team/app' repository and cannot be "
                                     "overwritten because the tag is immutable."));
}

TEST_F(PushTest, Deletes) {
  const auto manifest = push_image(app, "one", {"v1", "v2"});
  const auto by_digest = "/v2/team/app/manifests/" + service::digest_of(manifest).text();
  EXPECT_EQ(send(delete_, "/v2/team/app/manifests/v1").status, 202);
  EXPECT_EQ(send(delete_, "/v2/team/app/manifests/v1").status, 404);
  EXPECT_EQ(get(by_digest).status, 200);
  const auto layer = "/v2/team/app/blobs/" + service::digest_of("layer one").text();
  EXPECT_EQ(send(delete_, layer).status, 409);
  EXPECT_EQ(send(delete_, by_digest).status, 202);
  EXPECT_EQ(get("/v2/team/app/manifests/v2").status, 404);
  EXPECT_EQ(send(delete_, layer).status, 202);
  EXPECT_EQ(send(delete_, layer).status, 404);
}

}  // namespace
}  // namespace berth::api::oci
