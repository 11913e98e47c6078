#include "works.h"

namespace berth::load {
namespace {

class Uploads final : public BuiltWork {
 public:
  Uploads(const Scene& scene, crypto::Random& random, UploadOptions options)
      : scene_(scene), random_(random), options_(std::move(options)), content_(options_.size, random) {}

  std::vector<std::string> kinds() const override { return {"upload"}; }

  void build(Operation& out) const override {
    out.text = content_.make_tail(random_);
    const auto body = content_.body(out.text);
    const auto digest = content_.digest(out.text);
    if (!options_.put_to.empty()) {
      out.requests.push_back(scene_.send_large("PUT", options_.put_to + digest.substr(7), body, 201));
      return;
    }
    out.requests.push_back(scene_.send("POST", "/v2/" + options_.repository + "/blobs/uploads/", {}, {}, 202));
    out.requests.push_back(scene_.send_on("PUT", "digest=" + digest, body, 201));
  }

 private:
  const Scene& scene_;
  crypto::Random& random_;
  UploadOptions options_;
  Content content_;
};

}  // namespace

std::unique_ptr<Work> make_uploads(const Scene& scene, crypto::Random& random, UploadOptions options) {
  return std::make_unique<Uploads>(scene, random, std::move(options));
}

}  // namespace berth::load
