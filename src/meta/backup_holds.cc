#include "meta/backup_holds.h"

namespace berth::meta {

base::Result<void> BackupHolds::put(const std::string& id, base::Timestamp until) {
  BERTH_CHECK(
      tx_.exec("INSERT INTO backup_holds (id, until_at) VALUES ($1, $2) "
               "ON CONFLICT (id) DO UPDATE SET until_at = excluded.until_at",
               {id, base::to_micros(until)}));
  return {};
}

base::Result<void> BackupHolds::remove(const std::string& id) {
  BERTH_CHECK(tx_.exec("DELETE FROM backup_holds WHERE id = $1", {id}));
  return {};
}

base::Result<bool> BackupHolds::any(base::Timestamp now) {
  BERTH_TRY(const auto rows,
            tx_.query("SELECT 1 FROM backup_holds WHERE until_at > $1 LIMIT 1", {base::to_micros(now)}));
  return !rows.empty();
}

}  // namespace berth::meta
