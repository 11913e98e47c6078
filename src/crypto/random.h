// Randomness, as something one is given.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace berth::crypto {

// Safe from any thread.
class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<std::byte> out) = 0;
};

// The operating system's generator, through OpenSSL. Aborts if it fails: nothing can be done safely without it.
class SystemRandom final : public Random {
 public:
  void fill(std::span<std::byte> out) override;
};

// For tests, and for names that only have to differ: the same sequence for the same seed (splitmix64), no secret. Each
// fill() starts at a fresh 8-byte word.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : state_(seed) {}
  void fill(std::span<std::byte> out) override;

 private:
  std::atomic<std::uint64_t> state_;
};

std::string random_bytes(Random& random, std::size_t n);
std::string random_uuid(Random& random);  // RFC 9562 version 4, lower case
// `n` characters of `alphabet` (1 to 256 of them), each as likely as the others.
std::string random_text(Random& random, std::size_t n, std::string_view alphabet);

}  // namespace berth::crypto
