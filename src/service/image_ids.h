// From what a client calls an image to the image. Private to service.
#pragma once

#include <string>
#include <variant>

#include "service/image_service.h"

namespace berth::service {

// The image that `id` names and that is there, or the batch answer's failure.
base::Result<std::variant<model::Digest, FailedImage>> resolve(meta::Tx& tx, const std::string& repository,
                                                               const model::ImageId& id);

}  // namespace berth::service
