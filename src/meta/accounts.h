// Accounts: what they are called, and how they came to be.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "model/organization.h"
#include "sql/database.h"

namespace berth::meta {

// create() and set_status() move the authorization version (authorization.h).
class Accounts {
 public:
  explicit Accounts(sql::Tx& tx) : tx_(tx) {}

  base::Result<bool> create(const model::Account& account);  // false: the id or the e-mail address is taken
  base::Result<bool> any();
  base::Result<std::optional<model::Account>> find(const model::AccountId& id);
  base::Result<std::optional<model::Account>> find_by_email(const std::string& email);
  base::Result<std::vector<model::Account>> list(const std::string& after, std::size_t limit);  // ascending by id
  base::Result<void> set_status(const model::AccountId& id, model::AccountStatus status);

  // An account has one alias or none. false: another account has it.
  base::Result<bool> set_alias(const model::AccountId& id, const std::optional<std::string>& alias);
  base::Result<std::optional<std::string>> alias(const model::AccountId& id);

  base::Result<void> put_creation(const model::AccountCreation& creation);
  base::Result<std::optional<model::AccountCreation>> find_creation(const std::string& id);
  base::Result<std::vector<model::AccountCreation>> creations(const std::string& after, std::size_t limit);  // by id

 private:
  sql::Tx& tx_;
};

}  // namespace berth::meta
