#include "auth/signer.h"
#include "base/clock.h"
#include "crypto/hash.h"
#include "works.h"

namespace berth::load {
namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;

class Calls final : public BuiltWork {
 public:
  Calls(const Scene& scene, CallOptions options)
      : scene_(scene),
        options_(std::move(options)),
        identity_{.access_key_id = options_.key_id, .secret = base::Secret(options_.secret)},
        hash_(crypto::sha256_hex(base::as_bytes(options_.body))) {}

  std::vector<std::string> kinds() const override { return {"call"}; }

  void build(Operation& out) const override {
    Headers headers{{"Content-Type", "application/x-amz-json-1.1"}, {"X-Amz-Target", options_.target}};
    const auth::RequestHead head{.method = "POST", .path = "/", .query = {}, .host = scene_.host, .headers = headers};
    auto more = auth::sign(head, hash_, identity_, options_.region, options_.service, clock_.now());
    headers.insert(headers.end(), more.begin(), more.end());
    std::string text;
    for (const auto& [name, value] : headers) text.append(name).append(": ").append(value).append("\r\n");
    out.requests.push_back(scene_.send("POST", "/", text, options_.body, 200));
  }

 private:
  const Scene& scene_;
  CallOptions options_;
  auth::SigningIdentity identity_;
  std::string hash_;
  base::SystemClock clock_;
};

}  // namespace

std::unique_ptr<Work> make_calls(const Scene& scene, CallOptions options) {
  return std::make_unique<Calls>(scene, std::move(options));
}

}  // namespace berth::load
