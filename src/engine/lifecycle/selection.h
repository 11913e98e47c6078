// One rule against one image.
#pragma once

#include <cstdint>
#include <optional>

#include "base/clock.h"
#include "engine/lifecycle/policy.h"
#include "engine/lifecycle/repository.h"
#include "engine/lifecycle/version.h"

namespace berth::engine::lifecycle {

// By tags, storage class and, if the rule counts versions, by having one.
bool selects(const Rule& rule, const Image& image);

// The highest version among the tags that the rule names. Of a rule with `semver`.
std::optional<VersionLine> version_of(const Rule& rule, const Image& image);

// Whether the image is older than the rule's days. Of a rule whose count type is an age.
bool too_old(const Rule& rule, const Image& image, base::Timestamp now);

// Whether more than `days` whole days lie between the two.
bool more_than_days(base::Timestamp from, base::Timestamp to, std::int64_t days);

}  // namespace berth::engine::lifecycle
