// What errors of both engines say that reach clients: an engine's own words would tell them nothing.
#pragma once

#include <string_view>

namespace berth::sql {

inline constexpr std::string_view kConflict = "Other changes kept coming first; try again";
inline constexpr std::string_view kStorageFull = "The registry's storage is full";

}  // namespace berth::sql
