// SHA-256 and SHA-512 over a stream, with a state that can be put aside and taken up again (layer uploads keep it in
// metadata between requests). Not thread-safe; one stream, one owner.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"

namespace berth::crypto {

enum class HashAlgorithm : std::uint8_t { sha256, sha512 };

class Hasher {
 public:
  explicit Hasher(HashAlgorithm algorithm);
  Hasher(const Hasher& other);
  Hasher(Hasher&&) noexcept;
  Hasher& operator=(Hasher&&) noexcept;
  ~Hasher();

  void update(base::Bytes bytes);
  std::string finish();  // raw bytes; the hasher is used up (finish a copy to look in between)

  // The state after the bytes seen so far, at most 256 bytes, the same on every machine. restore() refuses a state of
  // another version, algorithm or length with `corrupt`.
  std::string save() const;
  static base::Result<Hasher> restore(std::string_view state);

  HashAlgorithm algorithm() const;
  std::uint64_t size() const;  // bytes seen so far

 private:
  struct State;
  std::unique_ptr<State> state_;
};

std::string sha256(base::Bytes bytes);                          // raw
std::string sha256_hex(base::Bytes bytes);                      // lower-case hex
std::string hmac_sha256(base::Bytes key, base::Bytes message);  // raw

// Takes the same time whatever differs; lengths are not secret.
bool equal_constant_time(std::string_view a, std::string_view b);

}  // namespace berth::crypto
