#include "service/quotas.h"

namespace berth::service {
namespace {

std::unexpected<base::Error> exceeded(const std::string& who, std::string_view what, std::size_t limit) {
  return base::fail(base::Errc::limit_exceeded, who + " already has the maximum allowed number of " +
                                                    std::string(what) + " which is '" + std::to_string(limit) + "'");
}

std::string name_of(const model::Repository& repository) {
  return "repository with name '" + repository.ref.name.text() + "' in registry with id '" +
         repository.ref.registry.account.text() + "'";
}

}  // namespace

base::Result<void> check_image_quota(meta::Tx& tx, const Limits& limits, const model::Repository& repository) {
  if (limits.images_per_repository == 0) return {};
  BERTH_TRY(const auto images, tx.images().count(repository.id));
  if (images <= limits.images_per_repository) return {};
  return exceeded("The " + name_of(repository), "images", limits.images_per_repository);
}

base::Result<void> check_repository_quota(meta::Tx& tx, const Limits& limits, const model::RegistryRef& registry) {
  if (limits.repositories_per_registry == 0) return {};
  BERTH_TRY(const auto repositories, tx.repositories().count(registry, limits.repositories_per_registry + 1));
  if (repositories <= limits.repositories_per_registry) return {};
  return exceeded("The registry with id '" + registry.account.text() + "'", "repositories",
                  limits.repositories_per_registry);
}

base::Result<void> check_tag_quota(meta::Tx& tx, const Limits& limits, const model::Repository& repository,
                                   const model::Digest& image) {
  BERTH_TRY(const auto tags, tx.images().tags_of(repository.id, image));
  if (tags.size() <= limits.max_tags_per_image) return {};
  return exceeded("The image with digest '" + image.text() + "' in the " + name_of(repository), "tags",
                  limits.max_tags_per_image);
}

}  // namespace berth::service
