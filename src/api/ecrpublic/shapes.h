// What ECR Public's requests have in place of ECR's: rules of names, registries and tags.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/ecr/shapes.h"
#include "model/repository_name.h"
#include "model/resource_tag.h"

namespace berth::api::ecrpublic {

inline constexpr auto kNameLength =
    json::length(model::RepositoryName::kMinLength, model::RepositoryName::kMaxPublicLength);
inline constexpr auto kNameRule =
    json::pattern(model::RepositoryName::kPublicRegex, &model::RepositoryName::matches_public);
inline constexpr auto kIdOrAliasLength = json::length(2, 50);
inline constexpr auto kArnLength = json::length(1, 2048);
inline constexpr auto kTagCount = json::items(0, 200);

// How a registryId may say which registry it means.
enum class RegistryBy : bool { id, id_or_alias };

// A request of ECR's that names a repository by ECR Public's rules.
template <class Request, RegistryBy By>
struct In : Request {
  template <class F>
  void fields(F& f) {
    if constexpr (By == RegistryBy::id) {
      f.opt("registryId", this->registry_id, ecr::kRegistryIdRule);
    } else {
      f.opt("registryId", this->registry_id, kIdOrAliasLength);
    }
    f.req("repositoryName", this->repository_name, kNameLength, kNameRule);
    this->own_fields(f);
  }
};
template <class Request>
using InById = In<Request, RegistryBy::id>;
template <class Request>
using InByIdOrAlias = In<Request, RegistryBy::id_or_alias>;

struct RepositoryOnly : ecr::InRepository {
  template <class F>
  void own_fields(F&) {}
};

struct Tag {
  std::string key, value;

  template <class F>
  void fields(F& f) {
    f.opt("Key", key, json::length(1, 128));
    f.opt("Value", value, json::length(0, 256));
  }
};

inline std::vector<model::ResourceTag> tags_from(std::vector<Tag> shapes) {
  std::vector<model::ResourceTag> tags;
  tags.reserve(shapes.size());
  for (auto& shape : shapes) tags.push_back({.key = std::move(shape.key), .value = std::move(shape.value)});
  return tags;
}

}  // namespace berth::api::ecrpublic
