// /v2/<name>/blobs/uploads/ and /v2/<name>/blobs/uploads/<upload>. All state is in the path: a client that drops the
// query of a Location goes on all the same.
#include "api/oci/call.h"
#include "base/text.h"

namespace berth::api::oci {
namespace {

void add_progress(web::Response& response, const Call& call, const model::RepositoryRef& ref, std::string_view upload,
                  std::uint64_t size) {
  response.headers.add("Location", call.location(call.path_of(ref) + "/blobs/uploads/" + std::string(upload)));
  response.headers.add("Docker-Upload-UUID", std::string(upload));
  response.headers.add("Range", "0-" + std::to_string(size == 0 ? 0 : size - 1));
}

web::Response progress(const Call& call, const model::RepositoryRef& ref, const service::UploadStatus& status,
                       int code) {
  web::Response response{.status = code};
  add_progress(response, call, ref, status.id, status.size);
  return response;
}

web::Response stored(const Call& call, const model::RepositoryRef& ref, const model::Digest& digest) {
  web::Response response{.status = 201};
  response.headers.add("Location", call.location(call.path_of(ref) + "/blobs/" + digest.text()));
  response.headers.add("Docker-Content-Digest", digest.text());
  return response;
}

// An error about an upload; one about its order tells where to go on (416 with the true Range).
web::Response upload_error(const Call& call, const model::RepositoryRef& ref, const base::Error& error) {
  auto response = call.error(error);
  if (error.code == base::Errc::upload_range) {
    for (const auto& detail : error.details) {
      if (detail.name != "lastValidByteReceived") continue;
      add_progress(response, call, ref, call.route.reference,
                   static_cast<std::uint64_t>(std::get<std::int64_t>(detail.value) + 1));
    }
  }
  return response;
}

// Takes the bytes of a PATCH (no digest: keep them) or of a PUT or POST that ends the upload.
class UploadSink final : public web::BodySink {
 public:
  UploadSink(Call call, model::RepositoryRef ref, std::unique_ptr<service::UploadWriter> writer,
             std::optional<model::Digest> digest, bool resumable)
      : call_(std::move(call)),
        ref_(std::move(ref)),
        writer_(std::move(writer)),
        digest_(std::move(digest)),
        resumable_(resumable) {}

  std::optional<web::Response> write(base::Bytes bytes) override {
    const auto written = writer_->write(bytes);
    if (written) return std::nullopt;
    return upload_error(call_, ref_, written.error());
  }

  web::Response finish() override {
    if (!digest_) {
      const auto kept = writer_->keep();
      return kept ? progress(call_, ref_, *kept, 202) : upload_error(call_, ref_, kept.error());
    }
    const auto layer = writer_->complete(*digest_);
    return layer ? stored(call_, ref_, layer->digest) : upload_error(call_, ref_, layer.error());
  }

  void abort() noexcept override {
    // The client may come back and go on from here.
    if (resumable_) (void)writer_->keep();
  }

 private:
  Call call_;
  model::RepositoryRef ref_;
  std::unique_ptr<service::UploadWriter> writer_;
  std::optional<model::Digest> digest_;
  bool resumable_;
};

web::Reaction take_body(Call call, model::RepositoryRef ref, std::unique_ptr<service::UploadWriter> writer,
                        std::optional<model::Digest> digest, bool resumable) {
  const bool has_body = call.request.has_body;
  auto sink =
      std::make_unique<UploadSink>(std::move(call), std::move(ref), std::move(writer), std::move(digest), resumable);
  if (!has_body) return sink->finish();
  return web::StreamedBody{std::move(sink)};
}

// Content-Range of a chunk: "<first>-<last>", which some clients write as "bytes <first>-<last>/<total or *>".
// nullopt: there is none. size_invalid if it contradicts Content-Length.
base::Result<std::optional<std::uint64_t>> first_byte(const web::Request& request) {
  const auto field = request.headers.find("Content-Range");
  if (!field) return std::nullopt;
  auto text = base::trim(*field);
  if (text.starts_with("bytes ")) text = base::trim(text.substr(6));
  text = text.substr(0, text.find('/'));
  const auto dash = text.find('-');
  const auto first = base::parse_integer<std::uint64_t>(text.substr(0, dash));
  const auto last =
      dash == std::string_view::npos ? std::nullopt : base::parse_integer<std::uint64_t>(text.substr(dash + 1));
  if (!first || !last) return base::fail(base::Errc::range_invalid, "Content-Range is not of the form <first>-<last>");
  if (request.content_length) {
    // An empty chunk has no honest range; clients write "0-0", or one that ends before it begins.
    const auto announced = *last >= *first ? *last - *first + 1 : 0;
    if (announced != *request.content_length && *request.content_length != 0) {
      return base::fail(base::Errc::size_invalid, "Content-Range and Content-Length do not agree");
    }
  }
  return *first;
}

base::Result<model::DigestAlgorithm> algorithm_of(const web::Query& query) {
  const auto name = query.find("digest-algorithm");
  if (!name) return model::DigestAlgorithm::sha256;
  return model::digest_algorithm_from(*name);
}

// A mount that cannot be had turns into an ordinary upload (spec "Mounting a blob from another repository").
base::Result<bool> try_mount(const Call& call, const model::RepositoryRef& ref, const model::Digest& digest) {
  std::optional<model::RepositoryName> source;
  if (const auto from = call.query.find("from")) {
    if (!from->starts_with(call.prefix)) return false;  // of another registry
    auto name = model::RepositoryName::parse(from->substr(call.prefix.size()));
    if (!name) return false;
    source = *std::move(name);
  }
  BERTH_TRY(const auto mounted, call.deps.layers.mount(call.scope, ref, digest, source));
  return mounted == service::Mounted::yes;
}

}  // namespace

web::Reaction uploads(Call call) {
  if (call.request.method != web::Method::post) return call.not_allowed("POST");
  auto ref = call.repository();
  if (!ref) return call.error(ref.error());
  if (const auto text = call.query.find("mount")) {
    const auto digest = model::Digest::parse(*text);
    if (!digest) return call.error(digest.error());
    const auto mounted = try_mount(call, *ref, *digest);
    if (!mounted) return call.error(mounted.error());
    if (*mounted) return stored(call, *ref, *digest);
  }
  if (const auto text = call.query.find("digest")) {
    auto digest = model::Digest::parse(*text);
    if (!digest) return call.error(digest.error());
    auto writer = call.deps.layers.upload_at_once(call.scope, *ref, digest->algorithm());
    if (!writer) return call.error(writer.error());
    return take_body(std::move(call), *std::move(ref), *std::move(writer), *std::move(digest), false);
  }
  const auto algorithm = algorithm_of(call.query);
  if (!algorithm) return call.error(algorithm.error());
  const auto started = call.deps.layers.start(call.scope, *ref, *algorithm);
  if (!started) return call.error(started.error());
  return progress(call, *ref, *started, 202);
}

web::Reaction upload(Call call) {
  auto ref = call.repository();
  if (!ref) return call.error(ref.error());
  const auto& id = call.route.reference;
  auto& layers = call.deps.layers;
  switch (call.request.method) {
    case web::Method::get:
    case web::Method::head: {
      const auto status = layers.status(call.scope, *ref, id);
      return status ? progress(call, *ref, *status, 204) : call.error(status.error());
    }
    case web::Method::delete_: {
      const auto cancelled = layers.cancel(call.scope, *ref, id);
      return cancelled ? web::Response{.status = 204} : call.error(cancelled.error());
    }
    case web::Method::patch: {
      const auto first = first_byte(call.request);
      if (!first) return call.error(first.error());
      auto writer = layers.append(call.scope, *ref, id, *first);
      if (!writer) return upload_error(call, *ref, writer.error());
      return take_body(std::move(call), *std::move(ref), *std::move(writer), std::nullopt, true);
    }
    case web::Method::put: {
      auto digest = model::Digest::parse(call.query.get("digest"));
      if (!digest) return call.error(digest.error());
      const auto first = first_byte(call.request);
      if (!first) return call.error(first.error());
      // Many clients end an upload with an empty body.
      const bool bytes = call.request.has_body && call.request.content_length != 0;
      auto writer = layers.finish(call.scope, *ref, id, *first, digest->algorithm(),
                                  bytes ? service::Carries::bytes : service::Carries::nothing);
      if (!writer) return upload_error(call, *ref, writer.error());
      return take_body(std::move(call), *std::move(ref), *std::move(writer), *std::move(digest), true);
    }
    case web::Method::post:
    case web::Method::options:
    case web::Method::other: break;
  }
  return call.not_allowed("GET, PATCH, PUT, DELETE");
}

}  // namespace berth::api::oci
