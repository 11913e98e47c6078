// /v2/<name>/manifests/<reference>
#include "api/oci/call.h"
#include "model/image_reference.h"
#include "web/etag.h"

namespace berth::api::oci {
namespace {

// As many as a URL that is not absurd can name (the next spec asks for at least ten).
constexpr std::size_t kMaxTags = 100;

web::Response get(const Call& call, const model::RepositoryRef& ref, const model::ImageReference& reference) {
  // Clients ask with HEAD what a tag points to, again and again: that is no pull.
  const auto reading = call.request.method == web::Method::head ? service::Reading::look : service::Reading::pull;
  auto found = reference.digest() ? call.deps.images.get(call.scope, ref, *reference.digest(), reading)
                                  : call.deps.images.get(call.scope, ref, *reference.tag(), reading);
  if (!found) return call.error(found.error());
  const auto& digest = found->image.digest.text();
  web::Response response;
  const auto tag = web::etag(digest);
  response.headers.add("Docker-Content-Digest", digest);
  response.headers.add("ETag", tag);
  if (const auto status = web::conditional_status(call.request.headers, tag)) {
    response.status = *status;
    return response;
  }
  response.headers.add("Content-Type", found->image.media_type);
  response.body = std::move(found->manifest);
  return response;
}

// One field with a list: clients bound how many fields they take.
std::string joined(const std::vector<model::Tag>& tags) {
  std::string text;
  for (const auto& tag : tags) text += (text.empty() ? "" : ", ") + tag.text();
  return text;
}

web::Response put(const Call& call, service::PutImage command) {
  auto result = call.deps.images.put(call.scope, command);
  if (!result) {
    auto error = std::move(result).error();
    // The service names the broken rule; ECR says where, at both doors.
    if (error.code == base::Errc::manifest_invalid) {
      error.message = base::parameter_message("ImageManifest", error.message);
    }
    return call.error(error);
  }
  const auto& digest = result->image.digest.text();
  web::Response response{.status = 201};
  response.headers.add("Location", call.location(call.path_of(command.repository) + "/manifests/" + digest));
  response.headers.add("Docker-Content-Digest", digest);
  if (result->image.subject) response.headers.add("OCI-Subject", result->image.subject->text());
  if (!command.tags.empty()) response.headers.add("OCI-Tag", joined(command.tags));
  return response;
}

base::Result<std::vector<model::Tag>> tags_of(const Call& call, const model::ImageReference& reference) {
  std::vector<model::Tag> tags;
  if (reference.tag()) {
    tags.push_back(*reference.tag());
    return tags;
  }
  const auto named = call.query.all("tag");
  if (named.size() > kMaxTags) {
    return base::fail(base::Errc::tag_invalid, "A push may set at most " + std::to_string(kMaxTags) + " tags");
  }
  for (const auto name : named) {
    BERTH_TRY(auto tag, model::Tag::parse(name));
    tags.push_back(std::move(tag));
  }
  return tags;
}

web::Response remove(const Call& call, const model::RepositoryRef& ref, const model::ImageReference& reference) {
  const auto removed = reference.digest() ? call.deps.images.remove(call.scope, ref, *reference.digest())
                                          : call.deps.images.remove(call.scope, ref, *reference.tag());
  if (!removed) return call.error(removed.error());
  return {.status = 202};
}

}  // namespace

web::Reaction manifests(Call call) {
  const auto ref = call.repository();
  if (!ref) return call.error(ref.error());
  const auto reference = model::ImageReference::parse(call.route.reference);
  if (!reference) return call.error(reference.error());
  switch (call.request.method) {
    case web::Method::get:
    case web::Method::head: return get(call, *ref, *reference);
    case web::Method::delete_: return remove(call, *ref, *reference);
    case web::Method::put: break;
    case web::Method::post:
    case web::Method::patch:
    case web::Method::options:
    case web::Method::other: return call.not_allowed("GET, HEAD, PUT, DELETE");
  }
  auto tags = tags_of(call, *reference);
  if (!tags) return call.error(tags.error());
  service::PutImage command{.repository = *ref,
                            .media_type = std::string(call.request.headers.get("Content-Type")),
                            .tags = *std::move(tags)};
  if (reference->digest()) command.expected = *reference->digest();
  const auto limit = call.deps.options.max_manifest;
  return web::BufferedBody{
      .limit = limit,
      .then = [call = std::move(call), command = std::move(command)](base::Result<std::string> body) mutable {
        if (!body) {
          auto response = call.error(body.error());
          return response;
        }
        command.manifest = *std::move(body);
        call.scope.deadline = base::Deadline::after(call.deps.options.call);
        return put(call, std::move(command));
      }};
}

}  // namespace berth::api::oci
