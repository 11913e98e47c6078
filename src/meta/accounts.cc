#include "meta/accounts.h"

#include "meta/rows.h"

namespace berth::meta {

base::Result<bool> Accounts::create(const model::AccountId& account, base::Timestamp now) {
  BERTH_TRY(const auto changed, tx_.exec("INSERT INTO accounts (id, created_at) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                                         {account.text(), base::to_micros(now)}));
  return changed > 0;
}

base::Result<bool> Accounts::any() {
  BERTH_TRY(const auto rows, tx_.query("SELECT id FROM accounts LIMIT 1"));
  return !rows.empty();
}

base::Result<void> Accounts::put_access_key(const AccessKey& key) {
  BERTH_CHECK(
      tx_.exec("INSERT INTO access_keys (id, account, user_arn, user_id, sealed_secret, created_at) "
               "VALUES ($1, $2, $3, $4, $5, $6)",
               {key.id, key.account.text(), key.user_arn, key.user_id, sql::Blob{key.sealed_secret},
                base::to_micros(key.created)}));
  return {};
}

base::Result<std::optional<AccessKey>> Accounts::find_access_key(const std::string& id) {
  BERTH_TRY(const auto rows,
            tx_.query("SELECT id, account, user_arn, user_id, sealed_secret, created_at FROM access_keys WHERE id = $1",
                      {id}));
  if (rows.empty()) return std::nullopt;
  const auto& row = rows.front();
  BERTH_TRY(auto account, stored<model::AccountId>(row.text(1)));
  return AccessKey{.id = row.text(0),
                   .account = std::move(account),
                   .user_arn = row.text(2),
                   .user_id = row.text(3),
                   .sealed_secret = row.blob(4),
                   .created = base::from_micros(row.integer(5))};
}

}  // namespace berth::meta
