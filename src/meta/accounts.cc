#include "meta/accounts.h"

#include "meta/authorization.h"
#include "meta/rows.h"

namespace berth::meta {
namespace {

std::string status_text(model::AccountStatus status) {
  switch (status) {
    case model::AccountStatus::active: return "active";
    case model::AccountStatus::suspended: return "suspended";
  }
  return {};
}

#define BERTH_ACCOUNT_COLUMNS "id, name, email, status, created_at"

base::Result<model::Account> account_from(const sql::Row& row) {
  BERTH_TRY(auto id, stored<model::AccountId>(row.text(0)));
  return model::Account{
      .id = std::move(id),
      .name = row.text(1),
      .email = row.text(2),
      .status = row.text(3) == "active" ? model::AccountStatus::active : model::AccountStatus::suspended,
      .joined = base::from_micros(row.integer(4))};
}

base::Result<model::AccountCreation> creation_from(const sql::Row& row) {
  model::AccountCreation creation{.id = row.text(0),
                                  .account = {},
                                  .name = row.text(2),
                                  .failure = row.text(3),
                                  .requested = base::from_micros(row.integer(4))};
  if (const auto account = row.maybe_text(1)) {
    BERTH_TRY(creation.account, stored<model::AccountId>(*account));
  }
  return creation;
}

}  // namespace

base::Result<bool> Accounts::create(const model::Account& account) {
  BERTH_TRY(const auto changed, tx_.exec("INSERT INTO accounts (id, name, email, status, created_at) "
                                         "VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
                                         {account.id.text(), account.name, account.email, status_text(account.status),
                                          base::to_micros(account.joined)}));
  BERTH_CHECK(Authorization(tx_).bump());
  return changed > 0;
}

base::Result<bool> Accounts::any() {
  BERTH_TRY(const auto rows, tx_.query("SELECT id FROM accounts LIMIT 1"));
  return !rows.empty();
}

base::Result<std::optional<model::Account>> Accounts::find(const model::AccountId& id) {
  BERTH_TRY(const auto rows, tx_.query("SELECT " BERTH_ACCOUNT_COLUMNS " FROM accounts WHERE id = $1", {id.text()}));
  return only(rows, account_from);
}

base::Result<std::optional<model::Account>> Accounts::find_by_email(const std::string& email) {
  BERTH_TRY(const auto rows, tx_.query("SELECT " BERTH_ACCOUNT_COLUMNS " FROM accounts WHERE email = $1", {email}));
  return only(rows, account_from);
}

base::Result<std::vector<model::Account>> Accounts::list(const std::string& after, std::size_t limit) {
  BERTH_TRY(const auto rows,
            tx_.query("SELECT " BERTH_ACCOUNT_COLUMNS " FROM accounts WHERE id > $1 ORDER BY id LIMIT $2",
                      {after, static_cast<std::int64_t>(limit)}));
  return each(rows, account_from);
}

base::Result<void> Accounts::set_status(const model::AccountId& id, model::AccountStatus status) {
  BERTH_CHECK(tx_.exec("UPDATE accounts SET status = $2 WHERE id = $1", {id.text(), status_text(status)}));
  return Authorization(tx_).bump();
}

base::Result<bool> Accounts::set_alias(const model::AccountId& id, const std::optional<std::string>& alias) {
  if (alias) {
    BERTH_TRY(const auto taken,
              tx_.query("SELECT id FROM accounts WHERE alias = $1 AND id <> $2", {*alias, id.text()}));
    if (!taken.empty()) return false;
  }
  BERTH_CHECK(tx_.exec("UPDATE accounts SET alias = $2 WHERE id = $1", {id.text(), sql::nullable(alias)}));
  return true;
}

base::Result<std::optional<std::string>> Accounts::alias(const model::AccountId& id) {
  BERTH_TRY(const auto rows, tx_.query("SELECT alias FROM accounts WHERE id = $1 AND alias IS NOT NULL", {id.text()}));
  return only(rows, first_text);
}

base::Result<void> Accounts::put_creation(const model::AccountCreation& creation) {
  std::optional<std::string> account;
  if (creation.account) account = creation.account->text();
  BERTH_CHECK(tx_.exec(
      "INSERT INTO account_creations (id, account, name, failure, requested_at) VALUES ($1, $2, $3, $4, $5)",
      {creation.id, sql::nullable(account), creation.name, creation.failure, base::to_micros(creation.requested)}));
  return {};
}

base::Result<std::optional<model::AccountCreation>> Accounts::find_creation(const std::string& id) {
  if (!sql::is_storable_text(id)) return std::nullopt;
  BERTH_TRY(const auto rows,
            tx_.query("SELECT id, account, name, failure, requested_at FROM account_creations WHERE id = $1", {id}));
  return only(rows, creation_from);
}

base::Result<std::vector<model::AccountCreation>> Accounts::creations(const std::string& after, std::size_t limit) {
  BERTH_TRY(const auto rows, tx_.query("SELECT id, account, name, failure, requested_at FROM account_creations "
                                       "WHERE id > $1 ORDER BY id LIMIT $2",
                                       {after, static_cast<std::int64_t>(limit)}));
  return each(rows, creation_from);
}

}  // namespace berth::meta
