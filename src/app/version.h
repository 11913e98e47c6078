#pragma once

namespace berth::app {

inline constexpr const char* kVersion = "0.1.0";

}  // namespace berth::app
