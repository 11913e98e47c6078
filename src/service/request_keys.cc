#include "service/request_keys.h"

#include <algorithm>

namespace berth::service {
namespace {

constexpr std::string_view kImageTag = "ecr:ImageTag";
constexpr std::string_view kImageDigest = "ecr:ImageDigest";
constexpr std::string_view kTagKeys = "aws:TagKeys";

}  // namespace

policy::Context tag_keys(std::span<const model::ResourceTag> tags) {
  policy::Context context;
  std::vector<std::string> keys;
  keys.reserve(tags.size());
  for (const auto& tag : tags) {
    context.set("aws:RequestTag/" + tag.key, tag.value);
    keys.push_back(tag.key);
  }
  context.set(kTagKeys, std::move(keys));
  return context;
}

policy::Context tag_keys(std::span<const std::string> keys) {
  policy::Context context;
  context.set(kTagKeys, std::vector<std::string>(keys.begin(), keys.end()));
  return context;
}

policy::Context image_key(const model::Tag& tag) { return {{kImageTag, tag.text()}}; }

policy::Context image_key(const model::Digest& digest) { return {{kImageDigest, digest.text()}}; }

policy::Context setting_key(std::string_view name) { return {{"ecr:AccountSetting", name}}; }

base::Result<void> require_images(const Core& core, const Scope& scope, auth::Action action,
                                  const model::RepositoryRef& repository, std::span<const model::ImageId> ids) {
  if (ids.empty()) return core.require(scope, action, repository);
  for (auto id = ids.begin(); id != ids.end(); ++id) {
    if (std::find(ids.begin(), id, *id) != id) continue;  // asked already
    policy::Context context;
    if (id->tag) context.set(kImageTag, *id->tag);
    if (id->digest) context.set(kImageDigest, *id->digest);
    BERTH_CHECK(core.require(scope, action, repository, std::move(context)));
  }
  return {};
}

base::Result<void> require_tags(const Core& core, const Scope& scope, auth::Action action,
                                const model::RepositoryRef& repository, const model::Digest& digest,
                                std::span<const model::Tag> tags) {
  if (tags.empty()) return core.require(scope, action, repository, image_key(digest));
  for (const auto& tag : tags) {
    auto context = image_key(digest);
    context.set(kImageTag, tag.text());
    BERTH_CHECK(core.require(scope, action, repository, std::move(context)));
  }
  return {};
}

}  // namespace berth::service
