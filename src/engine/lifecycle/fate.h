// What a plan does to an image.
#pragma once

#include <cstdint>

namespace berth::engine::lifecycle {

enum class Fate : std::uint8_t { keep, expire, archive };

}  // namespace berth::engine::lifecycle
