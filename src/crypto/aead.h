// Authenticated encryption of small secrets (access keys at rest, registry tokens): AES-256-GCM.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "crypto/random.h"

namespace berth::crypto {

// A key and what it may do. Immutable; safe from any thread.
class SealingKey {
 public:
  // `key` is 32 raw bytes.
  static base::Result<SealingKey> from_bytes(std::string_view key);

  // nonce(12) || ciphertext || tag(16). `context` is authenticated, not stored: opening needs the same one, so that a
  // sealed value cannot be moved to another place.
  std::string seal(std::string_view plain, std::string_view context, Random& random) const;
  base::Result<std::string> open(std::string_view sealed,
                                 std::string_view context) const;  // `corrupt` if it does not verify

 private:
  explicit SealingKey(std::string key) : key_(std::move(key)) {}
  std::string key_;
};

}  // namespace berth::crypto
