// Access keys for the verifier: long-term ones out of metadata, temporary ones out of their session tokens.
#pragma once

#include "auth/credentials.h"
#include "auth/key_ring.h"
#include "auth/session_credentials.h"
#include "meta/store.h"

namespace berth::app {

// Safe from any thread; what it is given outlives it.
class StoredCredentials final : public auth::CredentialSource {
 public:
  StoredCredentials(meta::Store& store, const auth::KeyRing& keys, const auth::SessionTokens& sessions)
      : store_(store), keys_(keys), sessions_(sessions) {}
  base::Result<std::optional<auth::AccessKey>> find(std::string_view access_key_id,
                                                    std::string_view session_token) const override;

 private:
  meta::Store& store_;
  const auth::KeyRing& keys_;
  const auth::SessionTokens& sessions_;
};

}  // namespace berth::app
