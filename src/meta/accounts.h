// Accounts and their access keys.
#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "base/error.h"
#include "model/account_id.h"
#include "sql/database.h"

namespace berth::meta {

struct AccessKey {
  std::string id;  // AKIA...
  model::AccountId account;
  std::string user_arn;
  std::string user_id;        // AIDA...
  std::string sealed_secret;  // auth::KeyRing seals and opens it; never in the clear here
  base::Timestamp created;
};

class Accounts {
 public:
  explicit Accounts(sql::Tx& tx) : tx_(tx) {}
  base::Result<bool> create(const model::AccountId& account, base::Timestamp now);  // false: was there
  base::Result<bool> any();
  base::Result<void> put_access_key(const AccessKey& key);
  base::Result<std::optional<AccessKey>> find_access_key(const std::string& id);

 private:
  sql::Tx& tx_;
};

}  // namespace berth::meta
