// Which IAM actions each route asks for, on what, with which of the request's own condition keys (ecr.md 3.3).
#include "api/oci/front_test_support.h"

namespace berth::api::oci {
namespace {

using enum web::Method;

// Says yes to everything but what is refused, and remembers what was asked.
class Recorder final : public auth::Authorizer {
 public:
  base::Result<void> require(const auth::Question& question) const override {
    auto text = std::string(question.action).substr(4) + " " + where(question.resource);
    for (const auto* key : {"ecr:ImageTag", "ecr:ImageDigest"}) {
      const auto* const values = question.context.find(key);
      if (values == nullptr) continue;
      text += " ";
      text += std::string(key).substr(9) + "=" + (values->size() == 1 ? values->front().substr(0, 12) : "several");
    }
    asked.push_back(std::move(text));
    return {};
  }
  base::Result<void> require_alive(const auth::Caller&) const override { return {}; }

  std::string take() const {
    std::string all;
    for (const auto& each : asked) all += (all.empty() ? "" : ", ") + each;
    asked.clear();
    return all;
  }

 private:
  static std::string where(const auth::Resource& resource) {
    return resource.in_repository ? resource.in_repository->text() : resource.arn;
  }
  mutable std::vector<std::string> asked;
};

class Actions : public FrontTest {
 protected:
  std::string asked(web::Method method, std::string target, std::optional<std::string> body = std::nullopt) {
    recorder.take();
    web::Request request{.method = method, .target = std::move(target), .scheme = "http", .host = host, .id = "r"};
    request.has_body = body.has_value();
    if (body) request.content_length = body->size();
    request.headers.add("Authorization", authorization);
    request.headers.add("Content-Type", std::string(service::kOciManifest));
    auto reaction = recorded.handle(request);
    if (auto* buffered = std::get_if<web::BufferedBody>(&reaction)) buffered->then(body.value_or(""));
    if (auto* streamed = std::get_if<web::StreamedBody>(&reaction)) {
      if (body) streamed->sink->write(base::as_bytes(*body));
      streamed->sink->finish();
    }
    return recorder.take();
  }

  Recorder recorder;
  service::Core recorded_core{
      .store = store, .blobs = blobs, .authorizer = recorder, .clock = clock, .random = random, .limits = {}};
  service::RepositoryService recorded_repositories{recorded_core};
  service::LayerService recorded_layers{recorded_core};
  service::ImageService recorded_images{recorded_core, pulls};
  Front recorded{{.images = recorded_images,
                  .layers = recorded_layers,
                  .repositories = recorded_repositories,
                  .public_registries = public_registries,
                  .tokens = tokens,
                  .download_urls = download_urls,
                  .clock = clock,
                  .log = log,
                  .options = options}};
};

TEST_F(Actions, AreThoseOfEcr) {
  const auto manifest = push_image(app, "one", {"v1"});
  const auto digest = service::digest_of(manifest).text();
  const auto short_digest = digest.substr(0, 12);
  const auto layer = service::digest_of("layer one").text();
  const std::string repo = "/v2/team/app/";
  const auto uploads = repo + "blobs/uploads/";
  const auto upload = [&] { return uploads + layers.start(scope, app, model::DigestAlgorithm::sha256)->id; };
  const auto absent = service::digest_of("absent").text();

  EXPECT_EQ(asked(web::Method::get, "/v2/"), "");
  EXPECT_EQ(asked(web::Method::get, "/v2/_catalog"),
            "DescribeRepositories arn:aws:ecr:us-east-1:123456789012:repository/*");
  EXPECT_EQ(asked(web::Method::get, repo + "tags/list"), "ListImages team/app");
  EXPECT_EQ(asked(web::Method::get, repo + "referrers/" + digest), "BatchGetImage team/app Digest=" + short_digest);

  for (const auto method : {web::Method::get, head}) {
    EXPECT_EQ(asked(method, repo + "manifests/v1"), "BatchGetImage team/app Tag=v1");
    EXPECT_EQ(asked(method, repo + "manifests/" + digest), "BatchGetImage team/app Digest=" + short_digest);
  }
  EXPECT_EQ(asked(web::Method::put, repo + "manifests/v2", manifest),
            "PutImage team/app Tag=v2 Digest=" + short_digest);
  EXPECT_EQ(asked(web::Method::put, repo + "manifests/" + digest, manifest),
            "PutImage team/app Digest=" + short_digest);
  EXPECT_EQ(asked(web::Method::put, repo + "manifests/" + digest + "?tag=a&tag=b", manifest),
            "PutImage team/app Tag=a Digest=" + short_digest + ", PutImage team/app Tag=b Digest=" + short_digest);

  EXPECT_EQ(asked(web::Method::get, repo + "blobs/" + layer), "GetDownloadUrlForLayer team/app");
  EXPECT_EQ(asked(head, repo + "blobs/" + layer), "BatchCheckLayerAvailability team/app");

  EXPECT_EQ(asked(post, uploads), "InitiateLayerUpload team/app");
  EXPECT_EQ(asked(post, uploads + "?digest=" + layer, "layer one"),
            "InitiateLayerUpload team/app, UploadLayerPart team/app, CompleteLayerUpload team/app");
  EXPECT_EQ(asked(post, uploads + "?mount=" + layer + "&from=team/other"),
            "InitiateLayerUpload team/app, GetDownloadUrlForLayer team/other, InitiateLayerUpload team/app");
  EXPECT_EQ(asked(post, uploads + "?mount=" + layer + "&from=team/app"),
            "InitiateLayerUpload team/app, GetDownloadUrlForLayer team/app");
  EXPECT_EQ(asked(post, uploads + "?mount=" + layer), "InitiateLayerUpload team/app, GetDownloadUrlForLayer team/app");
  EXPECT_EQ(asked(post, uploads + "?mount=" + absent), "InitiateLayerUpload team/app, InitiateLayerUpload team/app");
  EXPECT_EQ(asked(web::Method::get, upload()), "UploadLayerPart team/app");
  EXPECT_EQ(asked(patch, upload(), "bytes"), "UploadLayerPart team/app");
  EXPECT_EQ(asked(web::Method::put, upload() + "?digest=" + layer), "CompleteLayerUpload team/app");
  EXPECT_EQ(asked(web::Method::put, upload() + "?digest=" + layer, ""), "CompleteLayerUpload team/app");
  EXPECT_EQ(asked(web::Method::put, upload() + "?digest=" + layer, "layer one"),
            "CompleteLayerUpload team/app, UploadLayerPart team/app");
  EXPECT_EQ(asked(delete_, upload()), "UploadLayerPart team/app");

  EXPECT_EQ(asked(delete_, repo + "manifests/v1"), "BatchDeleteImage team/app Tag=v1");
  EXPECT_EQ(asked(delete_, repo + "manifests/" + digest), "BatchDeleteImage team/app Digest=" + short_digest);
  EXPECT_EQ(asked(delete_, repo + "blobs/" + layer), "BatchDeleteImage team/app");
}

// Whether a source exists is not asked before whether it may be read.
TEST_F(Actions, AMountAsksForSourcesThatAreNotThere) {
  const auto layer = push_layer(app, "layer").text();
  EXPECT_EQ(asked(post, "/v2/team/app/blobs/uploads/?mount=" + layer + "&from=no/where"),
            "InitiateLayerUpload team/app, GetDownloadUrlForLayer no/where, InitiateLayerUpload team/app");
}

}  // namespace
}  // namespace berth::api::oci
