// /v2/<name>/blobs/<digest>, and the signed download URLs.
#include "api/oci/call.h"
#include "web/etag.h"
#include "web/range.h"

namespace berth::api::oci {
namespace {

class ReaderSource final : public web::BodySource {
 public:
  explicit ReaderSource(std::unique_ptr<blob::BlobReader> reader) : reader_(std::move(reader)) {}
  base::Result<std::size_t> read(std::span<std::byte> out) override { return reader_->read(out); }

 private:
  std::unique_ptr<blob::BlobReader> reader_;
};

constexpr std::uint64_t kShort = 64 << 10;  // of which no stream is made

// What a request wants of a layer: decided when its size is known, answered when it is open.
class Wanted {
 public:
  Wanted(const web::Request& request, const model::Digest& digest) : tag_(web::etag(digest.text())) {
    const auto& headers = request.headers;
    short_answer_ = web::conditional_status(headers, tag_);
    if (web::if_range(headers.get("If-Range"), tag_)) range_ = headers.get("Range");
  }

  blob::ByteRange choose(std::uint64_t size) {
    selection_ = web::select_range(range_, size);
    if (const auto* part = std::get_if<web::ContentPart>(&selection_)) return {part->offset, part->length};
    return {0, std::holds_alternative<web::WholeContent>(selection_) ? size : 0};
  }

  // The answer to HEAD.
  web::Response announce(const service::LayerInfo& layer) const {
    auto response = describe(layer.digest);
    if (!short_answer_) response.announced_length = layer.size;
    return response;
  }

  base::Result<web::Response> answer(service::OpenLayer open) const {
    const auto size = open.layer.size;
    auto response = describe(open.layer.digest);
    if (short_answer_) return response;
    if (std::holds_alternative<web::UnsatisfiableRange>(selection_)) {
      response.status = 416;
      response.headers.add("Content-Range", web::unsatisfied_content_range(size));
      return response;
    }
    std::uint64_t offset = 0;
    std::uint64_t length = size;
    if (const auto* part = std::get_if<web::ContentPart>(&selection_)) {
      response.status = 206;
      response.headers.add("Content-Range", web::content_range(*part, size));
      offset = part->offset;
      length = part->length;
    }
    if (auto file = open.reader->file()) {
      response.body = web::FileBody{.file = std::move(file), .offset = offset, .length = length};
    } else if (length <= kShort) {
      BERTH_TRY(response.body, blob::read_exactly(*open.reader, length));
    } else {
      response.body =
          web::StreamBody{.source = std::make_unique<ReaderSource>(std::move(open.reader)), .length = length};
    }
    return response;
  }

 private:
  web::Response describe(const model::Digest& digest) const {
    web::Response response{.status = short_answer_.value_or(200)};
    response.headers.add("Docker-Content-Digest", digest.text());
    response.headers.add("ETag", tag_);
    response.headers.add("Accept-Ranges", "bytes");
    if (!short_answer_) response.headers.add("Content-Type", "application/octet-stream");
    return response;
  }

  std::string tag_;
  std::string_view range_;
  std::optional<int> short_answer_;
  web::Selection selection_;
};

// In a public registry nobody needs more than to pull.
base::Result<std::optional<service::LayerInfo>> layer_of(const Call& call, const model::RepositoryRef& ref,
                                                         const model::Digest& digest) {
  if (ref.registry.is_public()) return call.deps.layers.find(call.scope, ref, digest);
  BERTH_TRY(auto found, call.deps.layers.check(call.scope, ref, {digest}));
  return std::move(found.front());
}

web::Response head(const Call& call, const model::RepositoryRef& ref, const model::Digest& digest) {
  const auto layer = layer_of(call, ref, digest);
  if (!layer) return call.error(layer.error());
  // Who pushes an archived image again has to bring its layers.
  if (!*layer || (*layer)->archived) {
    return call.error({.code = base::Errc::blob_unknown, .message = "The layer does not exist here"});
  }
  return Wanted(call.request, digest).announce(**layer);
}

web::Response get(const Call& call, const model::RepositoryRef& ref, const model::Digest& digest) {
  Wanted wanted(call.request, digest);
  auto open = call.deps.layers.open(call.scope, ref, digest, [&](std::uint64_t size) { return wanted.choose(size); });
  if (!open) return call.error(open.error());
  auto response = wanted.answer(*std::move(open));
  return response ? *std::move(response) : call.error(response.error());
}

}  // namespace

web::Reaction blobs(const Call& call) {
  const auto ref = call.repository();
  if (!ref) return call.error(ref.error());
  const auto digest = model::Digest::parse(call.route.reference);
  if (!digest) return call.error(digest.error());
  if (call.request.method == web::Method::head) return head(call, *ref, *digest);
  if (call.request.method == web::Method::get) return get(call, *ref, *digest);
  if (call.request.method != web::Method::delete_) return call.not_allowed("GET, HEAD, DELETE");
  const auto removed = call.deps.layers.remove(call.scope, *ref, *digest);
  if (!removed) return call.error(removed.error());
  return web::Response{.status = 202};
}

web::Response download(const Deps& deps, const web::Request& request) {
  const auto refuse = [&](const base::Error& error) { return error_response(error, request.id, deps.log); };
  if (request.method != web::Method::get && request.method != web::Method::head) {
    auto response = refuse({.code = base::Errc::unsupported, .message = "The method is not allowed here"});
    response.status = 405;
    response.headers.add("Allow", "GET, HEAD");
    return response;
  }
  const auto grant = deps.download_urls.verify(request.path(), request.query(), deps.clock.now());
  if (!grant) return refuse(grant.error());
  Wanted wanted(request, grant->digest);
  auto open = deps.layers.open_signed(base::Deadline::after(deps.options.call), grant->repository, grant->digest,
                                      [&](std::uint64_t size) { return wanted.choose(size); });
  if (!open) return refuse(open.error());
  auto response = wanted.answer(*std::move(open));
  return response ? *std::move(response) : refuse(response.error());
}

}  // namespace berth::api::oci
