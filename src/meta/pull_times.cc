#include "meta/pull_times.h"

#include "meta/rows.h"

namespace berth::meta {

base::Result<std::int64_t> PullTimes::record(const std::vector<PullTime>& pulls) {
  std::int64_t moved = 0;
  for (const auto& pull : pulls) {
    BERTH_TRY(const auto changed, tx_.exec("UPDATE manifests SET pulled_at = $3 WHERE repository = $1 AND digest = $2 "
                                           "AND (pulled_at IS NULL OR pulled_at < $3)",
                                           {pull.repository, pull.digest, base::to_micros(pull.time)}));
    moved += changed;
  }
  return moved;
}

base::Result<base::Timestamp> PullTimes::recorded_since() {
  BERTH_TRY(const auto rows, tx_.query("SELECT since FROM pull_recording WHERE id = 1", {}));
  return rows.empty() ? base::Timestamp{} : base::from_micros(rows.front().integer(0));
}

base::Result<bool> PullTimes::exclude(const model::RegistryRef& registry, const std::string& principal,
                                      base::Timestamp now) {
  BERTH_TRY(const auto changed,
            tx_.exec("INSERT INTO pull_time_exclusions (account, region, principal, created_at) "
                     "VALUES ($1, $2, $3, $4) ON CONFLICT (account, region, principal) DO NOTHING",
                     {registry.account.text(), registry.region.text(), principal, base::to_micros(now)}));
  return changed > 0;
}

base::Result<bool> PullTimes::include(const model::RegistryRef& registry, const std::string& principal) {
  BERTH_TRY(const auto changed,
            tx_.exec("DELETE FROM pull_time_exclusions WHERE account = $1 AND region = $2 AND principal = $3",
                     {registry.account.text(), registry.region.text(), principal}));
  return changed > 0;
}

base::Result<std::vector<std::string>> PullTimes::excluded(const model::RegistryRef& registry, const std::string& after,
                                                           std::size_t limit) {
  BERTH_TRY(const auto rows,
            tx_.query("SELECT principal FROM pull_time_exclusions WHERE account = $1 AND region = $2 "
                      "AND principal > $3 ORDER BY principal LIMIT $4",
                      {registry.account.text(), registry.region.text(), after, static_cast<std::int64_t>(limit)}));
  return each(rows, first_text);
}

}  // namespace berth::meta
