// What `conflict` says, on both engines: it reaches clients, and an engine's own words would tell them nothing.
#pragma once

#include <string_view>

namespace berth::sql {

inline constexpr std::string_view kConflict = "Other changes kept coming first; try again";

}  // namespace berth::sql
