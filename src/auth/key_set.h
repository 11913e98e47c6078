// The public keys of a token issuer: a JSON Web Key Set (RFC 7517, RFC 7518 section 6).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "crypto/public_key.h"

namespace berth::auth {

// "RS256", ... Nothing for all others: "none" and the HS* family among them, which must never verify here.
std::optional<crypto::SignatureAlgorithm> signature_algorithm(std::string_view name);

// Immutable; safe from any thread.
class KeySet {
 public:
  static constexpr std::size_t kMaxKeys = 200;  // AWS reads 100 RSA and 100 EC keys

  // Keys of other kinds, for other uses, or malformed are left out, as RFC 7517 section 5 wants. `serialization`,
  // `invalid_input`: not a key set, or more than kMaxKeys.
  static base::Result<KeySet> parse(std::string_view text);

  // The key for a token with this `kid` and algorithm. Without a `kid` the one key that fits, if there is only one.
  const crypto::PublicKey* find(std::string_view kid, crypto::SignatureAlgorithm algorithm) const;

  std::size_t size() const { return keys_.size(); }

 private:
  struct Key {
    std::string kid;
    std::vector<crypto::SignatureAlgorithm> algorithms;  // that it may be used with
    crypto::PublicKey key;
  };
  std::vector<Key> keys_;
};

}  // namespace berth::auth
