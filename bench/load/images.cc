#include <map>

#include "works.h"

namespace berth::load {
namespace {

constexpr std::string_view kManifest = "application/vnd.oci.image.manifest.v1+json";
constexpr std::string_view kConfig = "application/vnd.oci.image.config.v1+json";
constexpr std::string_view kLayer = "application/vnd.oci.image.layer.v1.tar";

struct Image {
  std::string repository, tag;
  std::string layer, config;  // digests
};

std::string name_of(const ImageKind& kind) {
  std::string name;
  switch (kind.use) {
    case ImageKind::Use::push: name = "push "; break;
    case ImageKind::Use::push_chunked: name = "push chunked "; break;
    case ImageKind::Use::pull: name = "pull "; break;
  }
  return name + std::to_string(kind.size);
}

class Images final : public Work {
 public:
  Images(const Scene& scene, crypto::Random& random, ImageOptions options)
      : scene_(scene), random_(random), options_(std::move(options)) {
    for (const auto& kind : options_.kinds) contents_.try_emplace(kind.size, kind.size, random_);
  }

  std::vector<std::string> kinds() const override {
    std::vector<std::string> names;
    for (const auto& kind : options_.kinds) names.push_back(name_of(kind));
    return names;
  }
  std::unique_ptr<Source> source(std::size_t thread) override;

  const std::vector<ImageKind>& all() const { return options_.kinds; }
  Image push(const ImageKind& kind, Operation& out) const;
  void pull(const Image& image, Operation& out) const;

 private:
  void push_blob(bool chunked, bool is_config, const std::string& digest, const Body& body,
                 const std::string& repository, Operation& out) const;

  const Scene& scene_;
  crypto::Random& random_;
  ImageOptions options_;
  std::map<std::uint64_t, Content> contents_;
};

void Images::push_blob(bool chunked, bool is_config, const std::string& digest, const Body& body,
                       const std::string& repository, Operation& out) const {
  out.requests.push_back(scene_.send("POST", "/v2/" + repository + "/blobs/uploads/", {}, {}, 202));
  if (chunked) {
    if (is_config) out.requests.push_back(scene_.send_on("PATCH", "", {}, 202));  // as zb does
    out.requests.push_back(scene_.send_on("PATCH", "", body, 202));
    out.requests.push_back(scene_.send_on("PUT", "digest=" + digest, {}, 201));
  } else {
    out.requests.push_back(scene_.send_on("PUT", "digest=" + digest, body, 201));
  }
}

Image Images::push(const ImageKind& kind, Operation& out) const {
  const bool chunked = kind.use == ImageKind::Use::push_chunked;
  const auto& content = contents_.at(kind.size);
  const auto id = crypto::random_uuid(random_);
  out.requests.clear();
  out.text = content.make_tail(random_);
  const std::string config = R"({"architecture":"amd64","os":"linux","config":{"Labels":{"id":")" + id +
                             R"("}},"rootfs":{"type":"layers","diff_ids":["sha256:)" + std::string(64, '0') + R"("]}})";
  Image image{.repository = options_.fresh_repositories ? options_.repository + id : options_.repository,
              .tag = "t" + id,
              .layer = content.digest(out.text),
              .config = "sha256:" + crypto::sha256_hex(base::as_bytes(config))};
  push_blob(chunked, false, image.layer, content.body(out.text), image.repository, out);
  push_blob(chunked, true, image.config, {.parts = {config}, .size = config.size()}, image.repository, out);
  const std::string manifest = R"({"schemaVersion":2,"mediaType":")" + std::string(kManifest) +
                               R"(","config":{"mediaType":")" + std::string(kConfig) + R"(","digest":")" +
                               image.config + R"(","size":)" + std::to_string(config.size()) +
                               R"(},"layers":[{"mediaType":")" + std::string(kLayer) + R"(","digest":")" + image.layer +
                               R"(","size":)" + std::to_string(kind.size) + "}]}";
  out.requests.push_back(scene_.send("PUT", "/v2/" + image.repository + "/manifests/" + image.tag,
                                     "Content-Type: " + std::string(kManifest) + "\r\n", manifest, 201));
  return image;
}

void Images::pull(const Image& image, Operation& out) const {
  const auto root = "/v2/" + image.repository;
  const auto accept = "Accept: " + std::string(kManifest) + "\r\n";
  out.requests.clear();
  for (const auto& target :
       {root + "/manifests/" + image.tag, root + "/blobs/" + image.config, root + "/blobs/" + image.layer}) {
    out.requests.push_back(scene_.get("HEAD", target, accept, 200));
    out.requests.push_back(scene_.get("GET", target, accept, 200));
  }
}

class ImageSource final : public Source {
 public:
  ImageSource(const Images& images, std::size_t thread) : images_(images), chance_(thread + 1) {
    for (const auto& kind : images_.all()) weights_ += kind.weight;
  }

  // A connection first pushes what it is going to pull.
  const Operation* next(std::size_t connection, Operation& own) override {
    auto& mine = pulled_[connection];
    const auto& kinds = images_.all();
    for (std::size_t i = mine.size(); i < kinds.size(); ++i) {
      if (kinds[i].use != ImageKind::Use::pull) {
        mine.emplace_back();
        continue;
      }
      own.counted = false;
      mine.push_back(images_.push({.size = kinds[i].size}, own));
      return &own;
    }
    own.counted = true;
    own.kind = choose();
    if (kinds[own.kind].use == ImageKind::Use::pull) {
      images_.pull(mine[own.kind], own);
    } else {
      images_.push(kinds[own.kind], own);
    }
    return &own;
  }

 private:
  std::size_t choose() {
    auto at = below(weights_, chance_);
    for (std::size_t i = 0;; ++i) {
      if (at < images_.all()[i].weight) return i;
      at -= images_.all()[i].weight;
    }
  }

  const Images& images_;
  Chance chance_;
  std::size_t weights_ = 0;
  std::map<std::size_t, std::vector<Image>> pulled_;  // by connection and kind
};

std::unique_ptr<Source> Images::source(std::size_t thread) { return std::make_unique<ImageSource>(*this, thread); }

}  // namespace

std::unique_ptr<Work> make_images(const Scene& scene, crypto::Random& random, ImageOptions options) {
  return std::make_unique<Images>(scene, random, std::move(options));
}

}  // namespace berth::load
