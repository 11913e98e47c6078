#include "meta/lifecycle_policies.h"

#include "meta/lifecycle_defaults.h"

namespace berth::meta {
namespace {

// The text that holds for a row `p` of lifecycle_policies; NULL: it inherits from a registry without a default.
#define BERTH_TEXT_IN_FORCE                                                                                      \
  "CASE WHEN p.inherited = 0 THEN p.policy ELSE (SELECT d.policy FROM repositories r JOIN lifecycle_defaults d " \
  "ON d.account = r.account AND d.region = r.region WHERE r.id = p.repository) END"

// Rows without anything to inherit that one claim drops on its way.
constexpr int kDropped = 100;

}  // namespace

base::Result<void> LifecyclePolicies::put(const std::string& repository, const std::string& text, base::Timestamp due) {
  BERTH_CHECK(tx_.exec(
      "INSERT INTO lifecycle_policies (repository, policy, evaluated_at, due_at, inherited) VALUES ($1, $2, 0, $3, 0) "
      "ON CONFLICT (repository) DO UPDATE SET policy = excluded.policy, inherited = 0, "
      "evaluated_at = CASE WHEN lifecycle_policies.inherited = 0 AND lifecycle_policies.policy = excluded.policy "
      "THEN lifecycle_policies.evaluated_at ELSE 0 END, "
      "due_at = CASE WHEN lifecycle_policies.due_at < excluded.due_at THEN lifecycle_policies.due_at "
      "ELSE excluded.due_at END",
      {repository, text, base::to_micros(due)}));
  return {};
}

base::Result<std::optional<LifecyclePolicyRow>> LifecyclePolicies::find(const std::string& repository) {
  BERTH_TRY(const auto rows,
            tx_.query("SELECT policy, evaluated_at FROM lifecycle_policies WHERE repository = $1 AND inherited = 0",
                      {repository}));
  if (rows.empty()) return std::nullopt;
  return LifecyclePolicyRow{.text = rows.front().text(0), .evaluated = base::from_micros(rows.front().integer(1))};
}

base::Result<void> LifecyclePolicies::remove(const std::string& repository, base::Timestamp due) {
  BERTH_CHECK(tx_.exec("DELETE FROM lifecycle_policies WHERE repository = $1", {repository}));
  return LifecycleDefaults(tx_).inherit(repository, due);
}

base::Result<std::optional<PolicyInForce>> LifecyclePolicies::in_force(const std::string& repository) {
  BERTH_TRY(auto own, find(repository));
  if (own) return PolicyInForce{.text = std::move(own->text)};
  BERTH_TRY(const auto rows, tx_.query("SELECT d.policy FROM repositories r JOIN lifecycle_defaults d "
                                       "ON d.account = r.account AND d.region = r.region WHERE r.id = $1",
                                       {repository}));
  if (rows.empty()) return std::nullopt;
  return PolicyInForce{.text = rows.front().text(0), .inherited = true};
}

base::Result<void> LifecyclePolicies::hasten(const std::string& repository, base::Timestamp due) {
  BERTH_CHECK(tx_.exec("UPDATE lifecycle_policies SET due_at = $2 WHERE repository = $1 AND due_at > $2",
                       {repository, base::to_micros(due)}));
  return {};
}

base::Result<std::optional<LifecycleClaim>> LifecyclePolicies::claim(base::Timestamp now, base::Timestamp until) {
  for (int i = 0; i < kDropped; ++i) {
    BERTH_TRY(const auto rows, tx_.query("SELECT p.repository, " BERTH_TEXT_IN_FORCE
                                         ", p.inherited, p.evaluated_at FROM lifecycle_policies p WHERE p.due_at <= $1 "
                                         "ORDER BY p.due_at, p.repository LIMIT 1 {{skip_locked}}",
                                         {base::to_micros(now)}));
    if (rows.empty()) return std::nullopt;
    const auto& row = rows.front();
    if (auto text = row.maybe_text(1)) {
      LifecycleClaim claim{.repository = row.text(0),
                           .text = *std::move(text),
                           .until = until,
                           .evaluated = base::from_micros(row.integer(3)),
                           .inherited = row.integer(2) != 0};
      BERTH_CHECK(tx_.exec("UPDATE lifecycle_policies SET due_at = $2 WHERE repository = $1",
                           {claim.repository, base::to_micros(until)}));
      return claim;
    }
    BERTH_CHECK(tx_.exec("DELETE FROM lifecycle_policies WHERE repository = $1", {row.text(0)}));
  }
  return std::nullopt;
}

base::Result<bool> LifecyclePolicies::any_due(base::Timestamp now) {
  BERTH_TRY(const auto rows,
            tx_.query("SELECT 1 FROM lifecycle_policies WHERE due_at <= $1 LIMIT 1", {base::to_micros(now)}));
  return !rows.empty();
}

base::Result<bool> LifecyclePolicies::extend(const LifecycleClaim& claim, base::Timestamp until) {
  BERTH_TRY(const auto changed,
            tx_.exec("UPDATE lifecycle_policies AS p SET due_at = CASE WHEN p.due_at = $3 THEN $4 ELSE p.due_at END "
                     "WHERE p.repository = $1 AND " BERTH_TEXT_IN_FORCE " = $2",
                     {claim.repository, claim.text, base::to_micros(claim.until), base::to_micros(until)}));
  return changed > 0;
}

base::Result<bool> LifecyclePolicies::finish(const LifecycleClaim& claim, base::Timestamp evaluated,
                                             base::Timestamp next) {
  BERTH_TRY(const auto changed, tx_.exec("UPDATE lifecycle_policies AS p SET evaluated_at = $3, "
                                         "due_at = CASE WHEN p.due_at = $4 THEN $5 ELSE p.due_at END "
                                         "WHERE p.repository = $1 AND " BERTH_TEXT_IN_FORCE " = $2",
                                         {claim.repository, claim.text, base::to_micros(evaluated),
                                          base::to_micros(claim.until), base::to_micros(next)}));
  return changed > 0;
}

}  // namespace berth::meta
