// Between the API's shapes of what is set on a repository, or in a template for one, and the domain's values.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/ecr/shapes.h"
#include "base/error.h"
#include "model/tag_mutability.h"

namespace berth::api::ecr {

std::vector<std::string> filter_texts(std::vector<ImageTagMutabilityExclusionFilter> filters);
ExclusionFilters filters_of(const model::TagMutability& mutability);

// Keys of an own key store come with it; until then every repository is encrypted alike, or not at all, by the blob
// store, which is what AES256 says. invalid_parameter.
base::Result<void> check_encryption(EncryptionType type, const std::optional<std::string>& kms_key);

}  // namespace berth::api::ecr
