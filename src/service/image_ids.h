// From what a client calls an image to the image. Private to service.
#pragma once

#include <string>
#include <variant>

#include "service/image_service.h"

namespace berth::service {

// The image that `id` names and that is there, or the batch answer's failure.
base::Result<std::variant<model::Digest, FailedImage>> resolve(meta::Tx& tx, const std::string& repository,
                                                               const model::ImageId& id);

std::unexpected<base::Error> image_not_found(const model::RepositoryRef& ref, const model::ImageId& id);
// The same for a call about one image: invalid_parameter, image_not_found in ECR's words.
base::Result<model::Digest> resolve_or_fail(meta::Tx& tx, const model::Repository& repository,
                                            const model::ImageId& id);

}  // namespace berth::service
