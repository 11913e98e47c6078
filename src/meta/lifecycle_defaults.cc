#include "meta/lifecycle_defaults.h"

#include "meta/rows.h"

namespace berth::meta {

base::Result<void> LifecycleDefaults::put(const model::RegistryRef& registry, const std::string& text) {
  BERTH_CHECK(
      tx_.exec("INSERT INTO lifecycle_defaults (account, region, policy, reached) VALUES ($1, $2, $3, '') "
               "ON CONFLICT (account, region) DO UPDATE SET policy = excluded.policy, reached = ''",
               {registry.account.text(), registry.region.text(), text}));
  return {};
}

base::Result<std::optional<std::string>> LifecycleDefaults::find(const model::RegistryRef& registry) {
  BERTH_TRY(const auto rows, tx_.query("SELECT policy FROM lifecycle_defaults WHERE account = $1 AND region = $2",
                                       {registry.account.text(), registry.region.text()}));
  return only(rows, first_text);
}

// The inherited rows stay: whoever claims one finds that there is nothing to inherit, and drops it.
base::Result<bool> LifecycleDefaults::remove(const model::RegistryRef& registry) {
  BERTH_TRY(const auto changed, tx_.exec("DELETE FROM lifecycle_defaults WHERE account = $1 AND region = $2",
                                         {registry.account.text(), registry.region.text()}));
  return changed > 0;
}

base::Result<void> LifecycleDefaults::inherit(const std::string& repository, base::Timestamp due) {
  BERTH_CHECK(
      tx_.exec("INSERT INTO lifecycle_policies (repository, policy, evaluated_at, due_at, inherited) "
               "SELECT r.id, '', 0, $2, 1 FROM repositories r JOIN lifecycle_defaults d "
               "ON d.account = r.account AND d.region = r.region WHERE r.id = $1 ON CONFLICT (repository) DO NOTHING",
               {repository, base::to_micros(due)}));
  return {};
}

base::Result<bool> LifecycleDefaults::any_to_spread() {
  BERTH_TRY(const auto rows, tx_.query("SELECT 1 FROM lifecycle_defaults WHERE reached IS NOT NULL LIMIT 1", {}));
  return !rows.empty();
}

base::Result<std::size_t> LifecycleDefaults::spread(base::Timestamp due, std::size_t limit) {
  BERTH_TRY(const auto found, tx_.query("SELECT account, region, reached FROM lifecycle_defaults "
                                        "WHERE reached IS NOT NULL ORDER BY account, region LIMIT 1 {{skip_locked}}",
                                        {}));
  if (found.empty()) return std::size_t{0};
  const auto account = found.front().text(0);
  const auto region = found.front().text(1);
  BERTH_TRY(const auto repositories,
            tx_.query("SELECT id, name FROM repositories WHERE account = $1 AND region = $2 "
                      "AND name > $3 ORDER BY name LIMIT $4",
                      {account, region, found.front().text(2), static_cast<std::int64_t>(limit)}));
  for (const auto& row : repositories) {
    BERTH_CHECK(
        tx_.exec("INSERT INTO lifecycle_policies (repository, policy, evaluated_at, due_at, inherited) "
                 "VALUES ($1, '', 0, $2, 1) ON CONFLICT (repository) DO UPDATE SET due_at = excluded.due_at "
                 "WHERE lifecycle_policies.inherited = 1 AND lifecycle_policies.due_at > excluded.due_at",
                 {row.text(0), base::to_micros(due)}));
  }
  std::optional<std::string> reached;
  if (repositories.size() == limit) reached = repositories.back().text(1);
  BERTH_CHECK(tx_.exec("UPDATE lifecycle_defaults SET reached = $3 WHERE account = $1 AND region = $2",
                       {account, region, sql::nullable(reached)}));
  return repositories.size();
}

}  // namespace berth::meta
