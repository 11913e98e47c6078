// Access keys as the verifier sees them, and where it gets them from.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "auth/caller.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/secret.h"

namespace berth::auth {

// What belongs to one access key id.
struct AccessKey {
  base::Secret secret;
  Caller caller;

  // Of a temporary key only.
  struct Session {
    base::Secret token;
    base::Timestamp expires;
  };
  std::optional<Session> session;
};

// Implemented over the metadata store; called from any thread, may block on a read.
class CredentialSource {
 public:
  virtual ~CredentialSource() = default;
  // nullopt: there is no such key, or it may not be used (inactive, deleted). `access_key_id` is 1..128 of
  // [A-Za-z0-9_].
  virtual base::Result<std::optional<AccessKey>> find(std::string_view access_key_id) const = 0;
};

}  // namespace berth::auth
