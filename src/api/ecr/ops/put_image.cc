#include "api/ecr/ops/put_image.h"

#include <utility>

#include "model/tag.h"

namespace berth::api::ecr {
namespace {

base::Result<service::PutImage> command_from(const Call& call, PutImageRequest request) {
  BERTH_TRY(auto ref, call.repository(request.registry_id, request.repository_name));
  service::PutImage command{.repository = std::move(ref),
                            .manifest = std::move(request.image_manifest),
                            .media_type = request.image_manifest_media_type.value_or("")};
  if (request.image_tag) {
    BERTH_TRY(auto tag, at("imageTag", model::Tag::parse(*request.image_tag)));
    command.tags.push_back(std::move(tag));
  }
  if (request.image_digest) {
    BERTH_TRY(command.expected, digest_at("imageDigest", *request.image_digest));
  }
  return command;
}

// Four million characters may be more bytes than that.
std::unexpected<base::Error> too_large() {
  return base::fail_parameter("ImageManifest", "Manifest must have at most 4194304 bytes");
}

std::unexpected<base::Error> already_exists(const service::PutImage& command, const model::Image& image) {
  const auto& [registry, name] = command.repository;
  return base::fail(base::Errc::image_exists, "Image with digest '" + image.digest.text() + "' and tag '" +
                                                  (command.tags.empty() ? "null" : command.tags.front().text()) +
                                                  "' already exists in the repository with name '" + name.text() +
                                                  "' in registry with id '" + registry.account.text() + "'");
}

}  // namespace

base::Result<PutImageResponse> put_image(const Call& call, PutImageRequest request) {
  BERTH_TRY(auto command, command_from(call, std::move(request)));
  auto stored = at("ImageManifest", call.deps.images.put(call.scope, command));
  if (!stored) {
    if (stored.error().code == base::Errc::payload_too_large) return too_large();
    return base::propagate(stored);
  }
  const auto& image = stored->image;
  if (stored->effect == service::PutEffect::unchanged) return already_exists(command, image);
  PutImageResponse response{.image = {.registry_id = command.repository.registry.account.text(),
                                      .repository_name = command.repository.name.text(),
                                      .image_id = {.image_digest = image.digest.text()},
                                      .image_manifest = std::move(command.manifest),
                                      .image_manifest_media_type = image.media_type}};
  if (!command.tags.empty()) response.image.image_id.image_tag = command.tags.front().text();
  return response;
}

}  // namespace berth::api::ecr
