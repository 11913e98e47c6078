#include "meta/entity_policies.h"

#include "meta/authorization.h"
#include "meta/rows.h"

namespace berth::meta {
namespace {

base::Result<model::InlinePolicy> inline_from(const sql::Row& row) {
  return model::InlinePolicy{.name = row.text(0), .document = row.text(1)};
}

}  // namespace

base::Result<void> EntityPolicies::put_inline(const std::string& entity, const model::InlinePolicy& policy) {
  BERTH_CHECK(
      tx_.exec("INSERT INTO inline_policies (entity, name, document) VALUES ($1, $2, $3) "
               "ON CONFLICT (entity, name) DO UPDATE SET document = excluded.document",
               {entity, policy.name, policy.document}));
  return Authorization(tx_).bump();
}

base::Result<std::optional<model::InlinePolicy>> EntityPolicies::find_inline(const std::string& entity,
                                                                             const std::string& name) {
  if (!sql::is_storable_text(name)) return std::nullopt;
  BERTH_TRY(const auto rows,
            tx_.query("SELECT name, document FROM inline_policies WHERE entity = $1 AND name = $2", {entity, name}));
  return only(rows, inline_from);
}

base::Result<std::vector<model::InlinePolicy>> EntityPolicies::list_inline(const std::string& entity) {
  BERTH_TRY(const auto rows,
            tx_.query("SELECT name, document FROM inline_policies WHERE entity = $1 ORDER BY name", {entity}));
  return each(rows, inline_from);
}

base::Result<bool> EntityPolicies::remove_inline(const std::string& entity, const std::string& name) {
  if (!sql::is_storable_text(name)) return false;
  BERTH_TRY(const auto changed,
            tx_.exec("DELETE FROM inline_policies WHERE entity = $1 AND name = $2", {entity, name}));
  BERTH_CHECK(Authorization(tx_).bump());
  return changed > 0;
}

base::Result<bool> EntityPolicies::attach(const std::string& entity, const std::string& arn) {
  BERTH_TRY(const auto changed,
            tx_.exec("INSERT INTO attachments (entity, arn) VALUES ($1, $2) ON CONFLICT DO NOTHING", {entity, arn}));
  BERTH_CHECK(Authorization(tx_).bump());
  return changed > 0;
}

base::Result<bool> EntityPolicies::detach(const std::string& entity, const std::string& arn) {
  if (!sql::is_storable_text(arn)) return false;
  BERTH_TRY(const auto changed, tx_.exec("DELETE FROM attachments WHERE entity = $1 AND arn = $2", {entity, arn}));
  BERTH_CHECK(Authorization(tx_).bump());
  return changed > 0;
}

base::Result<std::vector<std::string>> EntityPolicies::attached(const std::string& entity) {
  BERTH_TRY(const auto rows, tx_.query("SELECT arn FROM attachments WHERE entity = $1 ORDER BY arn", {entity}));
  return each(rows, first_text);
}

}  // namespace berth::meta
