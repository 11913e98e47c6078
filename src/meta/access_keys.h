// Access keys of users.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "model/identity.h"
#include "sql/database.h"

namespace berth::meta {

struct AccessKey {
  model::AccessKeyInfo info;
  std::string sealed_secret;  // auth::KeyRing seals and opens it; never in the clear here
};

struct OwnedKey {
  AccessKey key;
  model::Entity owner;
  bool account_active = true;
};

// Every change but mark_used() moves the authorization version (authorization.h).
class AccessKeys {
 public:
  explicit AccessKeys(sql::Tx& tx) : tx_(tx) {}

  base::Result<void> put(const std::string& user, const AccessKey& key);  // the user's id
  base::Result<std::optional<OwnedKey>> find(const std::string& id);
  base::Result<std::vector<model::AccessKeyInfo>> list(const std::string& user);  // ascending by id
  base::Result<void> set_active(const std::string& id, bool active);
  base::Result<void> remove(const std::string& id);
  // Unless a later use is written already.
  base::Result<void> mark_used(const std::string& id, const model::LastUse& use);

 private:
  sql::Tx& tx_;
};

}  // namespace berth::meta
