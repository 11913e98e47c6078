#include "api/iam/shapes.h"

#include "web/url.h"

namespace berth::api::iam {

std::vector<model::ResourceTag> tags_from(TagShapes shapes) {
  std::vector<model::ResourceTag> tags;
  tags.reserve(shapes.size());
  for (auto& shape : shapes) tags.push_back({.key = std::move(shape.key), .value = std::move(shape.value)});
  return tags;
}

TagShapes shapes_of(const std::vector<model::ResourceTag>& tags) {
  TagShapes shapes;
  shapes.reserve(tags.size());
  for (const auto& tag : tags) shapes.push_back({.key = tag.key, .value = tag.value});
  return shapes;
}

std::optional<TagShapes> some_tags(const std::vector<model::ResourceTag>& tags) {
  return tags.empty() ? std::nullopt : std::optional(shapes_of(tags));
}

std::optional<BoundaryShape> boundary_of(const model::Entity& entity) {
  if (!entity.boundary) return std::nullopt;
  return BoundaryShape{.arn = *entity.boundary};
}

RoleLastUsedShape last_used_of(const model::Entity& role) {
  if (!role.last_use) return {};
  return {.date = role.last_use->time, .region = role.last_use->region};
}

UserShape listed_user(const model::Entity& user) {
  return {.path = user.path, .name = user.name, .id = user.id, .arn = user.arn(), .created = user.created};
}

UserShape full_user(const model::Entity& user) {
  auto shape = listed_user(user);
  shape.boundary = boundary_of(user);
  shape.tags = some_tags(user.tags);
  return shape;
}

GroupShape group_shape(const model::Entity& group) {
  return {.path = group.path, .name = group.name, .id = group.id, .arn = group.arn(), .created = group.created};
}

RoleShape listed_role(const model::Entity& role) {
  return {.path = role.path,
          .name = role.name,
          .id = role.id,
          .arn = role.arn(),
          .created = role.created,
          .trust_policy = encoded(role.trust_policy),
          .description = role.description,
          .max_session_seconds = role.max_session_seconds};
}

RoleShape full_role(const model::Entity& role) {
  auto shape = listed_role(role);
  shape.boundary = boundary_of(role);
  shape.tags = some_tags(role.tags);
  shape.last_used = last_used_of(role);
  return shape;
}

AttachedPolicyShape attached_shape(const model::AttachedPolicy& policy) {
  return {.name = policy.name, .arn = policy.arn};
}

std::string encoded(std::string_view document) { return web::percent_encode(document); }

}  // namespace berth::api::iam
