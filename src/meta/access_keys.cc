#include "meta/access_keys.h"

#include "meta/authorization.h"
#include "meta/rows.h"

namespace berth::meta {
namespace {

#define BERTH_KEY_COLUMNS \
  "k.id, e.name, k.active, k.created_at, k.last_used_at, k.last_used_service, k.last_used_region"
constexpr std::size_t kKeyColumns = 7;

// The key columns start at column `first`.
model::AccessKeyInfo info_from(const sql::Row& row, std::size_t first) {
  model::AccessKeyInfo info{.id = row.text(first),
                            .user = row.text(first + 1),
                            .active = row.integer(first + 2) != 0,
                            .created = base::from_micros(row.integer(first + 3))};
  if (const auto used = row.maybe_integer(first + 4)) {
    info.last_use = {.time = base::from_micros(*used),
                     .service = row.maybe_text(first + 5).value_or(""),
                     .region = row.maybe_text(first + 6).value_or("")};
  }
  return info;
}

// Columns of the entity, of the key, the account's status, the sealed secret.
base::Result<OwnedKey> owned_from(const sql::Row& row) {
  constexpr auto kStatus = kEntityColumns + kKeyColumns;
  BERTH_TRY(auto owner, entity_from(row));
  return OwnedKey{.key = {.info = info_from(row, kEntityColumns), .sealed_secret = row.blob(kStatus + 1)},
                  .owner = std::move(owner),
                  .account_active = row.text(kStatus) == "active"};
}

}  // namespace

base::Result<void> AccessKeys::put(const std::string& user, const AccessKey& key) {
  BERTH_CHECK(
      tx_.exec("INSERT INTO access_keys (id, entity, active, sealed_secret, created_at) VALUES ($1, $2, $3, $4, $5)",
               {key.info.id, user, std::int64_t{key.info.active}, sql::Blob{key.sealed_secret},
                base::to_micros(key.info.created)}));
  return Authorization(tx_).bump();
}

base::Result<std::optional<OwnedKey>> AccessKeys::find(const std::string& id) {
  if (!sql::is_storable_text(id)) return std::nullopt;
  BERTH_TRY(const auto rows,
            tx_.query("SELECT " BERTH_ENTITY_COLUMNS ", " BERTH_KEY_COLUMNS
                      ", c.status, k.sealed_secret FROM access_keys k JOIN entities e ON e.id = k.entity "
                      "JOIN accounts c ON c.id = e.account WHERE k.id = $1",
                      {id}));
  return only(rows, owned_from);
}

base::Result<std::vector<model::AccessKeyInfo>> AccessKeys::list(const std::string& user) {
  BERTH_TRY(const auto rows,
            tx_.query("SELECT " BERTH_KEY_COLUMNS
                      " FROM access_keys k JOIN entities e ON e.id = k.entity WHERE k.entity = $1 ORDER BY k.id",
                      {user}));
  return each(rows, [](const sql::Row& row) -> base::Result<model::AccessKeyInfo> { return info_from(row, 0); });
}

base::Result<void> AccessKeys::set_active(const std::string& id, bool active) {
  BERTH_CHECK(tx_.exec("UPDATE access_keys SET active = $2 WHERE id = $1", {id, std::int64_t{active}}));
  return Authorization(tx_).bump();
}

base::Result<void> AccessKeys::remove(const std::string& id) {
  BERTH_CHECK(tx_.exec("DELETE FROM access_keys WHERE id = $1", {id}));
  return Authorization(tx_).bump();
}

base::Result<void> AccessKeys::mark_used(const std::string& id, const model::LastUse& use) {
  BERTH_CHECK(
      tx_.exec("UPDATE access_keys SET last_used_at = $2, last_used_service = $3, last_used_region = $4 "
               "WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $2)",
               {id, base::to_micros(use.time), use.service, use.region}));
  return {};
}

}  // namespace berth::meta
