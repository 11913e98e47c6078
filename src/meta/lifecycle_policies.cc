#include "meta/lifecycle_policies.h"

namespace berth::meta {

base::Result<void> LifecyclePolicies::put(const std::string& repository, const std::string& text, base::Timestamp due) {
  BERTH_CHECK(
      tx_.exec("INSERT INTO lifecycle_policies (repository, policy, evaluated_at, due_at) VALUES ($1, $2, 0, $3) "
               "ON CONFLICT (repository) DO UPDATE SET policy = excluded.policy, "
               "evaluated_at = CASE WHEN lifecycle_policies.policy = excluded.policy THEN "
               "lifecycle_policies.evaluated_at ELSE 0 "
               "END, due_at = CASE WHEN lifecycle_policies.due_at < excluded.due_at THEN lifecycle_policies.due_at "
               "ELSE excluded.due_at END",
               {repository, text, base::to_micros(due)}));
  return {};
}

base::Result<std::optional<LifecyclePolicyRow>> LifecyclePolicies::find(const std::string& repository) {
  BERTH_TRY(const auto rows,
            tx_.query("SELECT policy, evaluated_at FROM lifecycle_policies WHERE repository = $1", {repository}));
  if (rows.empty()) return std::nullopt;
  return LifecyclePolicyRow{.text = rows.front().text(0), .evaluated = base::from_micros(rows.front().integer(1))};
}

base::Result<void> LifecyclePolicies::remove(const std::string& repository) {
  BERTH_CHECK(tx_.exec("DELETE FROM lifecycle_policies WHERE repository = $1", {repository}));
  return {};
}

base::Result<void> LifecyclePolicies::hasten(const std::string& repository, base::Timestamp due) {
  BERTH_CHECK(tx_.exec("UPDATE lifecycle_policies SET due_at = $2 WHERE repository = $1 AND due_at > $2",
                       {repository, base::to_micros(due)}));
  return {};
}

base::Result<std::optional<LifecycleClaim>> LifecyclePolicies::claim(base::Timestamp now, base::Timestamp until) {
  BERTH_TRY(const auto rows, tx_.query("SELECT repository, policy FROM lifecycle_policies WHERE due_at <= $1 "
                                       "ORDER BY due_at, repository LIMIT 1 {{skip_locked}}",
                                       {base::to_micros(now)}));
  if (rows.empty()) return std::nullopt;
  LifecycleClaim claim{.repository = rows.front().text(0), .text = rows.front().text(1), .until = until};
  BERTH_CHECK(tx_.exec("UPDATE lifecycle_policies SET due_at = $2 WHERE repository = $1",
                       {claim.repository, base::to_micros(until)}));
  return claim;
}

base::Result<bool> LifecyclePolicies::any_due(base::Timestamp now) {
  BERTH_TRY(const auto rows,
            tx_.query("SELECT 1 FROM lifecycle_policies WHERE due_at <= $1 LIMIT 1", {base::to_micros(now)}));
  return !rows.empty();
}

base::Result<bool> LifecyclePolicies::extend(const LifecycleClaim& claim, base::Timestamp until) {
  BERTH_TRY(const auto changed,
            tx_.exec("UPDATE lifecycle_policies SET due_at = CASE WHEN due_at = $3 THEN $4 ELSE due_at END "
                     "WHERE repository = $1 AND policy = $2",
                     {claim.repository, claim.text, base::to_micros(claim.until), base::to_micros(until)}));
  return changed > 0;
}

base::Result<void> LifecyclePolicies::finish(const LifecycleClaim& claim, base::Timestamp evaluated,
                                             base::Timestamp next) {
  BERTH_CHECK(tx_.exec(
      "UPDATE lifecycle_policies SET evaluated_at = $3, "
      "due_at = CASE WHEN due_at = $4 THEN $5 ELSE due_at END WHERE repository = $1 AND policy = $2",
      {claim.repository, claim.text, base::to_micros(evaluated), base::to_micros(claim.until), base::to_micros(next)}));
  return {};
}

}  // namespace berth::meta
