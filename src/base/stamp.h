// Tells two moments of a store apart.
#pragma once

#include <array>
#include <cstdint>

namespace berth::base {

// Stands for everything that was committed before it was made, by any process. Equal stamps of one store: nothing was
// committed between them. Says nothing else, and means nothing to another store or another run.
struct Stamp {
  std::array<std::uint64_t, 5> words{};
  friend bool operator==(const Stamp&, const Stamp&) = default;
};

}  // namespace berth::base
