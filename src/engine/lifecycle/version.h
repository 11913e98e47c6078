// Extension: the semantic versions among tags (semver.org 2.0.0, with or without a leading 'v').
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/lifecycle/policy.h"

namespace berth::engine::lifecycle {

// A version cut behind one of its parts: of 1.9.3 the minor is {1, 9, 0}. Ordered as versions are; pre-releases and
// builds belong to the version they are of.
using VersionLine = std::array<std::uint64_t, 3>;

// nullopt: no semantic version, or a number in it beyond 18 digits.
std::optional<VersionLine> version_line(std::string_view tag, VersionPart part);

}  // namespace berth::engine::lifecycle
