#include "meta/organizations.h"

#include "meta/authorization.h"
#include "meta/rows.h"

namespace berth::meta {

base::Result<void> Organizations::create(const model::Organization& o) {
  BERTH_CHECK(tx_.exec("INSERT INTO organizations (id, root, management, created_at) VALUES ($1, $2, $3, $4)",
                       {o.id, o.root, o.management.text(), base::to_micros(o.created)}));
  return Authorization(tx_).bump();
}

base::Result<std::optional<model::Organization>> Organizations::find() {
  BERTH_TRY(const auto rows, tx_.query("SELECT id, root, management, created_at FROM organizations"));
  return only(rows, [](const sql::Row& row) -> base::Result<model::Organization> {
    BERTH_TRY(auto management, stored<model::AccountId>(row.text(2)));
    return model::Organization{.id = row.text(0),
                               .root = row.text(1),
                               .management = std::move(management),
                               .created = base::from_micros(row.integer(3))};
  });
}

base::Result<bool> Organizations::create_policy(const model::ServiceControlPolicy& p) {
  BERTH_TRY(const auto changed,
            tx_.exec("INSERT INTO service_control_policies (id, name, description, document, aws_managed) "
                     "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (name) DO NOTHING",
                     {p.id, p.name, p.description, p.document, std::int64_t{p.aws_managed}}));
  BERTH_CHECK(Authorization(tx_).bump());
  return changed > 0;
}

base::Result<bool> Organizations::update_policy(const model::ServiceControlPolicy& p) {
  BERTH_TRY(const auto taken,
            tx_.query("SELECT id FROM service_control_policies WHERE name = $1 AND id <> $2", {p.name, p.id}));
  if (!taken.empty()) return false;
  BERTH_CHECK(tx_.exec("UPDATE service_control_policies SET name = $2, description = $3, document = $4 WHERE id = $1",
                       {p.id, p.name, p.description, p.document}));
  BERTH_CHECK(Authorization(tx_).bump());
  return true;
}

base::Result<void> Organizations::remove_policy(const std::string& id) {
  BERTH_CHECK(tx_.exec("DELETE FROM service_control_policies WHERE id = $1", {id}));
  return Authorization(tx_).bump();
}

base::Result<std::optional<model::ServiceControlPolicy>> Organizations::find_policy(const std::string& id) {
  if (!sql::is_storable_text(id)) return std::nullopt;
  BERTH_TRY(const auto rows,
            tx_.query("SELECT " BERTH_SCP_COLUMNS " FROM service_control_policies p WHERE p.id = $1", {id}));
  return only(rows, scp_from);
}

base::Result<std::vector<model::ServiceControlPolicy>> Organizations::policies(const std::string& after,
                                                                               std::size_t limit) {
  BERTH_TRY(const auto rows, tx_.query("SELECT " BERTH_SCP_COLUMNS
                                       " FROM service_control_policies p WHERE p.id > $1 ORDER BY p.id LIMIT $2",
                                       {after, static_cast<std::int64_t>(limit)}));
  return each(rows, scp_from);
}

base::Result<std::int64_t> Organizations::count_policies() {
  BERTH_TRY(const auto rows, tx_.query("SELECT count(*) FROM service_control_policies"));
  return rows.front().integer(0);
}

base::Result<bool> Organizations::attach(const std::string& policy, const std::string& target) {
  BERTH_TRY(const auto changed,
            tx_.exec("INSERT INTO service_control_attachments (target, policy) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                     {target, policy}));
  BERTH_CHECK(Authorization(tx_).bump());
  return changed > 0;
}

base::Result<bool> Organizations::detach(const std::string& policy, const std::string& target) {
  BERTH_TRY(const auto changed,
            tx_.exec("DELETE FROM service_control_attachments WHERE target = $1 AND policy = $2", {target, policy}));
  BERTH_CHECK(Authorization(tx_).bump());
  return changed > 0;
}

base::Result<std::vector<model::ServiceControlPolicy>> Organizations::policies_of(const std::string& target) {
  BERTH_TRY(const auto rows,
            tx_.query("SELECT " BERTH_SCP_COLUMNS
                      " FROM service_control_attachments a JOIN service_control_policies p ON p.id = a.policy "
                      "WHERE a.target = $1 ORDER BY p.id",
                      {target}));
  return each(rows, scp_from);
}

base::Result<std::vector<std::string>> Organizations::targets_of(const std::string& policy, const std::string& after,
                                                                 std::size_t limit) {
  BERTH_TRY(const auto rows, tx_.query("SELECT target FROM service_control_attachments WHERE policy = $1 AND "
                                       "target > $2 ORDER BY target LIMIT $3",
                                       {policy, after, static_cast<std::int64_t>(limit)}));
  return each(rows, first_text);
}

}  // namespace berth::meta
