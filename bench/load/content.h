// Blobs that nobody has seen, cheap to make: all of one size have random bytes in common, and end differently.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/hash.h"
#include "crypto/random.h"

namespace berth::load {

struct Body {
  std::vector<std::string_view> parts;
  std::uint64_t size = 0;
};

// Immutable; safe from any thread.
class Content {
 public:
  Content(std::uint64_t size, crypto::Random& random);

  std::uint64_t size() const { return size_; }
  std::string make_tail(crypto::Random& random) const;
  std::string digest(std::string_view tail) const;  // "sha256:..."
  Body body(std::string_view tail) const;           // shows this and the tail

 private:
  std::uint64_t size_;
  std::string block_;
  crypto::Hasher beginning_;
};

}  // namespace berth::load
