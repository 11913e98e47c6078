// Encoded authorization messages: why a request was denied, sealed, so that the client who gets it learns nothing and
// DecodeAuthorizationMessage tells it to whoever may ask ("DecodeAuthorizationMessage" of the STS API reference).
//
// ECR does not answer them; AWS services that do append one to their text.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "auth/caller.h"
#include "auth/key_ring.h"
#include "base/clock.h"
#include "base/error.h"
#include "crypto/random.h"
#include "policy/decide.h"

namespace berth::auth {

// Safe from any thread. `random` outlives it.
class DenialMessages {
 public:
  static constexpr std::chrono::hours kLifetime{24};
  static constexpr std::size_t kMaxSize = 10'240;  // EncodedMessage of the STS model

  DenialMessages(const KeyRing& keys, crypto::Random& random) : key_(keys.denial_message()), random_(random) {}

  // base64, for the account of the caller who was denied, for kLifetime. The longest parts are left out of a message
  // that would be larger than kMaxSize: condition keys, then statements.
  std::string encode(const Caller& caller, const policy::Request& request, const policy::Decision& decision,
                     base::Timestamp now) const;

  // The JSON that AWS answers: {"allowed":false,"explicitDeny":..,"matchedStatements":..,"context":{..}}.
  // `authorization_message_invalid`: not ours, for another account, or too old.
  base::Result<std::string> decode(std::string_view message, const model::AccountId& account,
                                   base::Timestamp now) const;

 private:
  crypto::SealingKey key_;
  crypto::Random& random_;
};

}  // namespace berth::auth
