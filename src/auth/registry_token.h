// The password that GetAuthorizationToken hands out for HTTP Basic at the OCI door.
//
// Like ECR's it is base64 of {"payload":..,"datakey":..,"version":"2","type":"DATA_KEY","expiration":<epoch seconds>},
// so it contains no ':' and tools that peek at `expiration` work. `payload` is a sealed Caller: a token says who, with
// what bounds their session, never what they may do, so a permission that is taken away is gone at once. It verifies
// without a look into metadata, on any node with the same master key, until it expires.
#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "auth/caller.h"
#include "auth/key_ring.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/secret.h"
#include "crypto/aead.h"
#include "crypto/random.h"
#include "model/region.h"

namespace berth::auth {

struct IssuedToken {
  base::Secret password;
  base::Timestamp expires;  // whole seconds
};

struct TokenIdentity {
  Caller caller;
  model::Region region;  // the token is good there only, for any account's registry
  base::Timestamp expires;
};

// Safe from any thread. `random` outlives it. The tokens that were opened lately are remembered, so that a client's
// next request costs no decryption: a few megabytes at most.
class RegistryTokens {
 public:
  static constexpr std::chrono::hours kLifetime{12};
  static constexpr std::size_t kRemembered = 1'024;  // tokens, twice

  RegistryTokens(const KeyRing& keys, crypto::Random& random, std::chrono::seconds lifetime = kLifetime)
      : key_(keys.registry_token()), random_(random), lifetime_(lifetime) {}

  std::chrono::seconds lifetime() const { return lifetime_; }
  IssuedToken issue(const Caller& caller, const model::Region& region, base::Timestamp now) const;

  // The same for as long as the door says that hands it out: ECR Public's Bearer tokens. In whole seconds.
  IssuedToken issue_until(const Caller& caller, const model::Region& region, base::Timestamp until) const;

  // `token_invalid`: not one of ours, or changed; `token_expired`, with ECR's text.
  base::Result<TokenIdentity> open(std::string_view password, base::Timestamp now) const;

  std::size_t remembered() const;  // for tests

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  using Opened = std::unordered_map<std::string, TokenIdentity, Hash, std::equal_to<>>;

  base::Result<TokenIdentity> unseal(std::string_view password) const;
  std::optional<TokenIdentity> recall(std::string_view password) const;
  void remember(std::string_view password, const TokenIdentity& identity) const;

  crypto::SealingKey key_;
  crypto::Random& random_;
  std::chrono::seconds lifetime_;
  mutable std::mutex mutex_;
  mutable Opened recent_, old_;  // when the recent ones are too many they become the old ones
};

// The password of an Authorization header (its value) of the Basic scheme (RFC 7617), whose user must be "AWS".
// `missing_authentication`: empty, or another scheme; `token_invalid`: anything else that is wrong with it.
base::Result<base::Secret> parse_basic(std::string_view authorization);

// The same of the Bearer scheme (RFC 6750), as ECR Public takes it: a password, or "AWS:<password>" in base64, which is
// how GetAuthorizationToken writes it.
base::Result<base::Secret> parse_bearer(std::string_view authorization);

// No credentials at all: no header, or the empty user and password that some clients send when they have none.
bool offers_nothing(std::string_view authorization);

}  // namespace berth::auth
