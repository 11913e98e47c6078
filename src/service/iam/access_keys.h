// Access keys of users.
#pragma once

#include <optional>
#include <string>

#include "auth/key_ring.h"
#include "base/secret.h"
#include "service/iam/common.h"

namespace berth::service::iam {

struct NewKey {
  model::AccessKeyInfo info;
  base::Secret secret;  // never to be had again
};

struct KeyUse {
  std::string user;
  std::optional<model::LastUse> last_use;
};

// Stateless; safe from any thread; `core` and `keys` outlive it. Without a user's name: the user who asks
// (`validation` if that is none). Errors: entity_not_found, and as said.
class AccessKeyService {
 public:
  AccessKeyService(const Core& core, const auth::KeyRing& keys) : core_(core), keys_(keys) {}

  base::Result<NewKey> create(const Scope& scope, const std::optional<std::string>& user);  // limit_exceeded: two
  base::Result<Page<model::AccessKeyInfo>> list(const Scope& scope, const std::optional<std::string>& user,
                                                const PageRequest& page);
  base::Result<void> set_active(const Scope& scope, const std::optional<std::string>& user, const std::string& id,
                                bool active);
  base::Result<void> remove(const Scope& scope, const std::optional<std::string>& user, const std::string& id);
  // GetAccessKeyLastUsed. Keys of other accounts are access_denied, as unknown ones are.
  base::Result<KeyUse> last_used(const Scope& scope, const std::string& id);

 private:
  const Core& core_;
  const auth::KeyRing& keys_;
};

}  // namespace berth::service::iam
