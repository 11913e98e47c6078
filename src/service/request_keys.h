// The condition keys that only a request can tell (Service Authorization Reference, "Condition keys for Amazon ECR").
// ecr:ImageTag and ecr:ImageDigest are Berth's own; see docs/compatibility.md.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/image.h"
#include "model/resource_tag.h"
#include "model/tag.h"
#include "policy/context.h"
#include "service/core.h"

namespace berth::service {

policy::Context tag_keys(std::span<const model::ResourceTag> tags);  // aws:RequestTag/*, aws:TagKeys
policy::Context tag_keys(std::span<const std::string> keys);         // aws:TagKeys
policy::Context image_key(const model::Tag& tag);
policy::Context image_key(const model::Digest& digest);
policy::Context setting_key(std::string_view name);  // ecr:AccountSetting

// One question for each image named, so that every key has one value and a condition means what it says. Without any,
// one question without these keys.
base::Result<void> require_images(const Core& core, const Scope& scope, auth::Action action,
                                  const model::RepositoryRef& repository, std::span<const model::ImageId> ids);
// One manifest under several tags.
base::Result<void> require_tags(const Core& core, const Scope& scope, auth::Action action,
                                const model::RepositoryRef& repository, const model::Digest& digest,
                                std::span<const model::Tag> tags);

}  // namespace berth::service
