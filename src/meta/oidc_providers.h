// OpenID Connect providers of accounts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "model/identity.h"
#include "sql/database.h"

namespace berth::meta {

// Every change moves the authorization version (authorization.h).
class OidcProviders {
 public:
  explicit OidcProviders(sql::Tx& tx) : tx_(tx) {}

  base::Result<bool> create(const model::OidcProvider& provider);  // false: there is one. Not its tags
  base::Result<std::optional<model::OidcProvider>> find(const std::string& arn);
  base::Result<std::vector<model::OidcProvider>> list(const model::AccountId& account);  // ascending by ARN
  base::Result<void> update(const model::OidcProvider& provider);                        // its client ids, thumbprints
  base::Result<bool> remove(const std::string& arn);                                     // with its tags

 private:
  sql::Tx& tx_;
};

}  // namespace berth::meta
