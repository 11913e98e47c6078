#include "meta/lifecycle_records.h"

#include "meta/rows.h"

namespace berth::meta {

base::Result<void> LifecycleRecords::add(const std::string& repository, const std::string& id, RunEffect effect,
                                         const std::string& record, std::size_t keep) {
  BERTH_TRY(const auto there, tx_.query("SELECT 1 FROM repositories WHERE id = $1 AND account <> ''", {repository}));
  if (there.empty()) return {};
  const bool idle = effect == RunEffect::idle;
  if (idle) {
    BERTH_CHECK(
        tx_.exec("DELETE FROM lifecycle_runs WHERE repository = $1 AND idle = 1 "
                 "AND id = (SELECT max(id) FROM lifecycle_runs WHERE repository = $1)",
                 {repository}));
  }
  BERTH_CHECK(tx_.exec("INSERT INTO lifecycle_runs (repository, id, idle, record) VALUES ($1, $2, $3, $4)",
                       {repository, id, std::int64_t{idle}, record}));
  BERTH_CHECK(
      tx_.exec("DELETE FROM lifecycle_runs WHERE repository = $1 AND id <= (SELECT id FROM lifecycle_runs "
               "WHERE repository = $1 ORDER BY id DESC LIMIT 1 OFFSET $2)",
               {repository, static_cast<std::int64_t>(keep)}));
  return {};
}

base::Result<std::vector<std::string>> LifecycleRecords::list(const std::string& repository, std::size_t limit) {
  BERTH_TRY(const auto rows,
            tx_.query("SELECT record FROM lifecycle_runs WHERE repository = $1 ORDER BY id DESC LIMIT $2",
                      {repository, static_cast<std::int64_t>(limit)}));
  return each(rows, first_text);
}

}  // namespace berth::meta
