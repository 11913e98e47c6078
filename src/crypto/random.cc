#include "crypto/random.h"

#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <climits>
#include <cstdlib>
#include <cstring>

#include "base/bytes.h"

namespace berth::crypto {

void SystemRandom::fill(std::span<std::byte> out) {
  while (!out.empty()) {
    const std::size_t n = std::min<std::size_t>(out.size(), INT_MAX);
    if (RAND_bytes(reinterpret_cast<unsigned char*>(out.data()), static_cast<int>(n)) != 1) std::abort();
    out = out.subspan(n);
  }
}

void SeededRandom::fill(std::span<std::byte> out) {
  constexpr std::uint64_t gamma = 0x9e3779b97f4a7c15;
  while (!out.empty()) {
    std::uint64_t z = state_.fetch_add(gamma) + gamma;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    z ^= z >> 31;
    const std::size_t n = std::min(out.size(), sizeof z);
    std::memcpy(out.data(), &z, n);
    out = out.subspan(n);
  }
}

std::string random_bytes(Random& random, std::size_t n) {
  std::string out(n, '\0');
  random.fill(std::as_writable_bytes(std::span(out)));
  return out;
}

std::string random_uuid(Random& random) {
  std::array<std::byte, 16> raw;
  random.fill(raw);
  raw[6] = (raw[6] & std::byte{0x0f}) | std::byte{0x40};  // version 4
  raw[8] = (raw[8] & std::byte{0x3f}) | std::byte{0x80};  // variant 10
  const std::string hex = base::to_hex(raw);
  std::string text;
  text.reserve(36);
  text.append(hex, 0, 8).append(1, '-').append(hex, 8, 4).append(1, '-').append(hex, 12, 4);
  return text.append(1, '-').append(hex, 16, 4).append(1, '-').append(hex, 20, 12);
}

std::string random_text(Random& random, std::size_t n, std::string_view alphabet) {
  // Bytes from the incomplete last round of 256 would favour the first letters: they are drawn again.
  const std::size_t fair = 256 - 256 % alphabet.size();
  std::string out;
  out.reserve(n);
  std::array<std::byte, 64> batch;
  while (out.size() < n) {
    random.fill(batch);
    for (const std::byte b : batch) {
      const auto value = std::to_integer<std::size_t>(b);
      if (value < fair && out.size() < n) out.push_back(alphabet[value % alphabet.size()]);
    }
  }
  return out;
}

}  // namespace berth::crypto
