#include "service/image_ids.h"

namespace berth::service {

base::Result<std::variant<model::Digest, FailedImage>> resolve(meta::Tx& tx, const std::string& repository,
                                                               const model::ImageId& id) {
  const auto failed = [&](ImageFailure failure, std::string reason) {
    return FailedImage{.id = id, .failure = failure, .reason = std::move(reason)};
  };
  if (!id.digest && !id.tag) {
    return failed(ImageFailure::missing_digest_and_tag,
                  "Invalid request parameters: both tag and digest cannot be null");
  }
  std::optional<model::Digest> wanted;
  if (id.digest) {
    auto digest = model::Digest::parse(*id.digest);
    if (!digest) {
      return failed(
          ImageFailure::invalid_digest,
          "Invalid request parameters: image digest should satisfy the regex '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+'");
    }
    wanted = *std::move(digest);
  }
  if (!id.tag) {
    BERTH_TRY(const bool there, tx.images().exists(repository, *wanted));
    if (!there) return failed(ImageFailure::not_found, "Requested image not found");
    return *std::move(wanted);
  }
  if (!model::Tag::matches(*id.tag)) {
    return failed(ImageFailure::invalid_tag, "Invalid request parameters: image tag should satisfy the regex '" +
                                                 std::string(model::Tag::kRegex) + "'");
  }
  BERTH_TRY(auto target, tx.images().tag_target(repository, *id.tag));
  if (!target) return failed(ImageFailure::not_found, "Requested image not found");
  if (wanted && *wanted != *target) {
    return failed(ImageFailure::tag_does_not_match_digest,
                  "Tag '" + *id.tag + "' does not match digest '" + wanted->text() + "'");
  }
  return *std::move(target);
}

base::Result<model::Digest> resolve_or_fail(meta::Tx& tx, const model::Repository& repository,
                                            const model::ImageId& id) {
  BERTH_TRY(auto resolved, resolve(tx, repository.id, id));
  if (auto* digest = std::get_if<model::Digest>(&resolved)) return std::move(*digest);
  const auto& failed = std::get<FailedImage>(resolved);
  switch (failed.failure) {
    case ImageFailure::invalid_digest:
    case ImageFailure::invalid_tag:
    case ImageFailure::missing_digest_and_tag: return base::fail_parameter("imageId", failed.reason);
    case ImageFailure::tag_does_not_match_digest:
    case ImageFailure::not_found:
    case ImageFailure::referenced_by_manifest_list:
    case ImageFailure::inaccessible: return image_not_found(repository.ref, id);
  }
  std::unreachable();
}

std::unexpected<base::Error> image_not_found(const model::RepositoryRef& ref, const model::ImageId& id) {
  return base::fail(base::Errc::image_not_found,
                    "The image with imageId {imageDigest:'" + id.digest.value_or("null") + "', imageTag:'" +
                        id.tag.value_or("null") + "'} does not exist within the repository with name '" +
                        ref.name.text() + "' in the registry with id '" + ref.registry.account.text() + "'");
}

}  // namespace berth::service
