// Temporary credentials: an access key ASIA..., its secret, and a session token that carries all there is to know.
//
// Nothing is stored. The token is the sealed Caller with its Session and the secret, so any node with the same master
// key opens it, without a look into metadata, until it expires. It is bound to its access key id. What takes such
// credentials away before that is a policy on aws:TokenIssueTime, as in AWS ("Revoking IAM role temporary security
// credentials" of the IAM User Guide).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "auth/caller.h"
#include "auth/credentials.h"
#include "auth/key_ring.h"
#include "base/clock.h"
#include "base/secret.h"
#include "crypto/random.h"
#include "model/account_id.h"

namespace berth::auth {

struct SessionCredentials {
  Caller caller;  // as who these credentials act; has their access key id
  base::Secret secret;
  base::Secret token;
};

// Safe from any thread. `random` outlives it.
class SessionTokens {
 public:
  // Bytes that the policies and tags of a session may have together, as JSON. AWS has such a limit and does not say
  // which; with this one a registry token that carries them stays below what HTTP heads may hold.
  static constexpr std::size_t kMaxPacked = 6'144;

  SessionTokens(const KeyRing& keys, crypto::Random& random) : key_(keys.session_token()), random_(random) {}

  // `caller.session` is set and has the time of issue and of expiry; its access key id is given here.
  // `packed_policy_too_large`, in AWS's words.
  base::Result<SessionCredentials> issue(Caller caller) const;

  // What `access_key_id` and this token belong to, expired or not. Nothing: the token is not one of ours, or not this
  // key's. Reads no metadata.
  std::optional<AccessKey> open(std::string_view access_key_id, std::string_view token) const;

 private:
  crypto::SealingKey key_;
  crypto::Random& random_;
};

bool is_session_key_id(std::string_view access_key_id);  // ASIA...

// The account in whose name a key id of SessionTokens was made, which stands in it as it does in AWS's. Nothing: not
// such an id.
std::optional<model::AccountId> account_of_session_key(std::string_view access_key_id);

// How much of kMaxPacked the session uses, in per cent, rounded up; PackedPolicySize of the answers.
std::int64_t packed_percent(const Session& session);

}  // namespace berth::auth
