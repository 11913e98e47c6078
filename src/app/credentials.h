// Access keys for the verifier, out of metadata.
#pragma once

#include "auth/credentials.h"
#include "auth/key_ring.h"
#include "meta/store.h"

namespace berth::app {

// Safe from any thread; store and keys outlive it.
class StoredCredentials final : public auth::CredentialSource {
 public:
  StoredCredentials(meta::Store& store, const auth::KeyRing& keys) : store_(store), keys_(keys) {}
  base::Result<std::optional<auth::AccessKey>> find(std::string_view access_key_id) const override;

 private:
  meta::Store& store_;
  const auth::KeyRing& keys_;
};

}  // namespace berth::app
