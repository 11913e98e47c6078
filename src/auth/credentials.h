// Access keys as the verifier sees them, and where it gets them from.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "auth/caller.h"
#include "base/error.h"
#include "base/secret.h"

namespace berth::auth {

// What belongs to one access key id. Temporary if the caller has a session.
struct AccessKey {
  base::Secret secret;
  Caller caller;
};

// Implemented over the metadata store; called from any thread, may block on a read.
class CredentialSource {
 public:
  virtual ~CredentialSource() = default;
  // nullopt: there is no such key, or it may not be used: inactive, deleted, a temporary key without its own session
  // token, a long-term key with any. Expired temporary keys are found. `access_key_id` is 1..128 of [A-Za-z0-9_];
  // `session_token` is as the client sent it, empty if it sent none.
  virtual base::Result<std::optional<AccessKey>> find(std::string_view access_key_id,
                                                      std::string_view session_token) const = 0;
};

}  // namespace berth::auth
