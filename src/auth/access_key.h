// Long-term access keys: how they are made, and how their secrets lie in metadata.
#pragma once

#include <string>
#include <string_view>

#include "auth/key_ring.h"
#include "base/error.h"
#include "base/secret.h"
#include "crypto/random.h"

namespace berth::auth {

struct NewAccessKey {
  std::string id;       // "AKIA" and 16 of A-Z 2-7
  base::Secret secret;  // 40 of the base64 alphabet (240 bits); shown to its owner once
};
NewAccessKey make_access_key(crypto::Random& random);

// A sealed secret opens only under the id it was sealed for, so rows cannot be swapped.
std::string seal_secret(const KeyRing& keys, std::string_view access_key_id, const base::Secret& secret,
                        crypto::Random& random);
base::Result<base::Secret> open_secret(const KeyRing& keys, std::string_view access_key_id,
                                       std::string_view sealed);  // `corrupt`: also under another master key

}  // namespace berth::auth
