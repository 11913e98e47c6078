#include "content.h"

#include <algorithm>

namespace berth::load {
namespace {

constexpr std::uint64_t kBlock = 1 << 20, kTail = 32;

std::uint64_t tail_of(std::uint64_t size) { return std::min(size, kTail); }

}  // namespace

Content::Content(std::uint64_t size, crypto::Random& random)
    : size_(size),
      block_(crypto::random_bytes(random, std::min(size, kBlock))),
      beginning_(crypto::HashAlgorithm::sha256) {
  for (auto left = size - tail_of(size); left > 0;) {
    const auto part = std::min<std::uint64_t>(left, block_.size());
    beginning_.update(base::as_bytes(std::string_view(block_).substr(0, part)));
    left -= part;
  }
}

std::string Content::make_tail(crypto::Random& random) const { return crypto::random_bytes(random, tail_of(size_)); }

std::string Content::digest(std::string_view tail) const {
  auto hasher = beginning_;
  hasher.update(base::as_bytes(tail));
  return "sha256:" + base::to_hex(base::as_bytes(hasher.finish()));
}

Body Content::body(std::string_view tail) const {
  Body out{.size = size_};
  for (auto left = size_ - tail.size(); left > 0;) {
    out.parts.push_back(std::string_view(block_).substr(0, std::min<std::uint64_t>(left, block_.size())));
    left -= out.parts.back().size();
  }
  if (!tail.empty()) out.parts.push_back(tail);
  return out;
}

}  // namespace berth::load
