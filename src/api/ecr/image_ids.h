// ImageIdentifier to and from the model.
#pragma once

#include <utility>
#include <vector>

#include "api/ecr/shapes.h"
#include "model/image.h"

namespace berth::api::ecr {

inline model::ImageId id_from(ImageIdentifier shape) {
  return {.digest = std::move(shape.image_digest), .tag = std::move(shape.image_tag)};
}

inline std::vector<model::ImageId> ids_from(std::vector<ImageIdentifier> shapes) {
  std::vector<model::ImageId> ids;
  ids.reserve(shapes.size());
  for (auto& shape : shapes) ids.push_back(id_from(std::move(shape)));
  return ids;
}

inline ImageIdentifier shape_of(model::ImageId id) {
  return {.image_digest = std::move(id.digest), .image_tag = std::move(id.tag)};
}

}  // namespace berth::api::ecr
