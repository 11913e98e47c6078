#include "meta/managed_policies.h"

#include "base/text.h"
#include "meta/authorization.h"
#include "meta/rows.h"

namespace berth::meta {
namespace {

#define BERTH_POLICY_USAGE                                                    \
  "(SELECT count(*) FROM attachments a WHERE a.arn = p.arn) AS attachments, " \
  "(SELECT count(*) FROM entities e WHERE e.boundary = p.arn) AS boundaries "
#define BERTH_POLICY_COLUMNS                                                                        \
  "p.id, p.account, p.name, p.path, p.description, p.created_at, p.updated_at, p.default_version, " \
  "p.name_key, " BERTH_POLICY_USAGE

base::Result<model::ManagedPolicy> policy_from(const sql::Row& row) {
  BERTH_TRY(auto account, stored<model::AccountId>(row.text(1)));
  return model::ManagedPolicy{.id = row.text(0),
                              .account = std::move(account),
                              .name = row.text(2),
                              .path = row.text(3),
                              .description = row.text(4),
                              .created = base::from_micros(row.integer(5)),
                              .updated = base::from_micros(row.integer(6)),
                              .default_version = row.integer(7),
                              .attachments = row.integer(9),
                              .boundaries = row.integer(10)};
}

base::Result<model::PolicyVersion> version_from(const sql::Row& row) {
  return model::PolicyVersion{.number = row.integer(0),
                              .document = row.text(1),
                              .created = base::from_micros(row.integer(2)),
                              .is_default = row.integer(3) != 0};
}

#define BERTH_VERSIONS                                                                                   \
  "SELECT v.number, v.document, v.created_at, CASE WHEN v.number = p.default_version THEN 1 ELSE 0 END " \
  "FROM policy_versions v JOIN managed_policies p ON p.id = v.policy WHERE v.policy = $1 "

}  // namespace

base::Result<bool> ManagedPolicies::create(const model::ManagedPolicy& policy, const std::string& document) {
  if (!policy.account) return base::fail(base::Errc::internal, "a managed policy without an account");
  BERTH_TRY(
      const auto changed,
      tx_.exec("INSERT INTO managed_policies (id, account, arn, name, name_key, path, description, created_at, "
               "updated_at, default_version, last_version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, 1) "
               "ON CONFLICT (account, name_key) DO NOTHING",
               {policy.id, policy.account->text(), policy.arn(), policy.name, base::to_lower(policy.name), policy.path,
                policy.description, base::to_micros(policy.created), base::to_micros(policy.updated)}));
  if (changed == 0) return false;
  BERTH_CHECK(tx_.exec("INSERT INTO policy_versions (policy, number, document, created_at) VALUES ($1, 1, $2, $3)",
                       {policy.id, document, base::to_micros(policy.created)}));
  BERTH_CHECK(Authorization(tx_).bump());
  return true;
}

base::Result<std::optional<model::ManagedPolicy>> ManagedPolicies::find(const std::string& arn) {
  if (!sql::is_storable_text(arn)) return std::nullopt;
  BERTH_TRY(const auto rows,
            tx_.query("SELECT " BERTH_POLICY_COLUMNS "FROM managed_policies p WHERE p.arn = $1", {arn}));
  return only(rows, policy_from);
}

base::Result<std::vector<model::ManagedPolicy>> ManagedPolicies::list(const model::AccountId& account,
                                                                      const ManagedPolicyPage& page) {
  auto path_end = page.path_prefix;
  if (!path_end.empty()) ++path_end.back();  // paths are ASCII
  BERTH_TRY(const auto rows,
            tx_.query("SELECT * FROM (SELECT " BERTH_POLICY_COLUMNS
                      "FROM managed_policies p WHERE p.account = $1 AND p.path >= $2 AND p.path < $3 AND "
                      "p.name_key > $4) q WHERE q.attachments >= $5 AND q.boundaries >= $6 "
                      "ORDER BY q.name_key LIMIT $7",
                      {account.text(), page.path_prefix, path_end, page.after_name_key, page.min_attachments,
                       page.min_boundaries, static_cast<std::int64_t>(page.limit)}));
  return each(rows, policy_from);
}

base::Result<std::int64_t> ManagedPolicies::count(const model::AccountId& account) {
  BERTH_TRY(const auto rows, tx_.query("SELECT count(*) FROM managed_policies WHERE account = $1", {account.text()}));
  return rows.front().integer(0);
}

base::Result<std::int64_t> ManagedPolicies::count_versions(const model::AccountId& account) {
  BERTH_TRY(const auto rows, tx_.query("SELECT count(*) FROM policy_versions v JOIN managed_policies p "
                                       "ON p.id = v.policy WHERE p.account = $1",
                                       {account.text()}));
  return rows.front().integer(0);
}

base::Result<void> ManagedPolicies::remove(const std::string& id) {
  BERTH_CHECK(tx_.exec("DELETE FROM identity_tags WHERE owner = $1", {id}));
  BERTH_CHECK(tx_.exec("DELETE FROM managed_policies WHERE id = $1", {id}));
  return Authorization(tx_).bump();
}

base::Result<PolicyUsage> ManagedPolicies::usage(const model::AccountId& account, const std::string& arn) {
  BERTH_TRY(const auto rows, tx_.query("SELECT (SELECT count(*) FROM attachments a JOIN entities e ON e.id = a.entity "
                                       "WHERE a.arn = $2 AND e.account = $1), "
                                       "(SELECT count(*) FROM entities e WHERE e.boundary = $2 AND e.account = $1)",
                                       {account.text(), arn}));
  return PolicyUsage{.attachments = rows.front().integer(0), .boundaries = rows.front().integer(1)};
}

base::Result<std::vector<std::string>> ManagedPolicies::attached_aws_policies(const model::AccountId& account) {
  BERTH_TRY(const auto rows,
            tx_.query("SELECT DISTINCT a.arn FROM attachments a JOIN entities e ON e.id = a.entity "
                      "WHERE e.account = $1 AND a.arn >= $2 AND a.arn < $3 ORDER BY a.arn",
                      {account.text(), std::string(model::kAwsPolicyPrefix),
                       std::string(model::kAwsPolicyPrefix.substr(0, model::kAwsPolicyPrefix.size() - 1)) + "0"}));
  return each(rows, first_text);
}

base::Result<std::int64_t> ManagedPolicies::add_version(const std::string& policy, const std::string& document,
                                                        base::Timestamp now) {
  BERTH_TRY(const auto rows,
            tx_.query("UPDATE managed_policies SET last_version = last_version + 1, updated_at = $2 WHERE id = $1 "
                      "RETURNING last_version",
                      {policy, base::to_micros(now)}));
  if (rows.empty()) return base::fail(base::Errc::internal, "a version of a policy that is gone");
  const auto number = rows.front().integer(0);
  BERTH_CHECK(tx_.exec("INSERT INTO policy_versions (policy, number, document, created_at) VALUES ($1, $2, $3, $4)",
                       {policy, number, document, base::to_micros(now)}));
  BERTH_CHECK(Authorization(tx_).bump());
  return number;
}

base::Result<std::optional<model::PolicyVersion>> ManagedPolicies::find_version(const std::string& policy,
                                                                                std::int64_t number) {
  BERTH_TRY(const auto rows, tx_.query(BERTH_VERSIONS "AND v.number = $2", {policy, number}));
  return only(rows, version_from);
}

base::Result<std::vector<model::PolicyVersion>> ManagedPolicies::versions(const std::string& policy) {
  BERTH_TRY(const auto rows, tx_.query(BERTH_VERSIONS "ORDER BY v.number DESC", {policy}));
  return each(rows, version_from);
}

base::Result<void> ManagedPolicies::set_default(const std::string& policy, std::int64_t number, base::Timestamp now) {
  BERTH_CHECK(tx_.exec("UPDATE managed_policies SET default_version = $2, updated_at = $3 WHERE id = $1",
                       {policy, number, base::to_micros(now)}));
  return Authorization(tx_).bump();
}

base::Result<bool> ManagedPolicies::remove_version(const std::string& policy, std::int64_t number) {
  BERTH_TRY(const auto changed,
            tx_.exec("DELETE FROM policy_versions WHERE policy = $1 AND number = $2", {policy, number}));
  BERTH_CHECK(Authorization(tx_).bump());
  return changed > 0;
}

}  // namespace berth::meta
