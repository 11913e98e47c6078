#include "meta/identities.h"

#include "base/text.h"
#include "meta/authorization.h"
#include "meta/rows.h"

namespace berth::meta {
namespace {

sql::Value used_at(const model::Entity& entity) {
  if (!entity.last_use) return std::monostate();
  return base::to_micros(entity.last_use->time);
}

sql::Value used_region(const model::Entity& entity) {
  if (!entity.last_use) return std::monostate();
  return entity.last_use->region;
}

// The first text that no text with this prefix reaches: paths are ASCII below '\x7f'.
std::string after_prefix(std::string prefix) {
  if (!prefix.empty()) ++prefix.back();
  return prefix;
}

// The parameters $1 to $8 of BERTH_ENTITY_PAGE.
std::vector<sql::Value> page_parameters(const model::AccountId& account, const EntityPage& page) {
  const std::string from(page.kind ? model::name(*page.kind) : "");
  const std::string to(page.kind ? model::name(*page.kind) : "\x7f");
  return {account.text(),
          from,
          to,
          page.path_prefix,
          after_prefix(page.path_prefix),
          page.after.kind,
          page.after.name_key,
          static_cast<std::int64_t>(page.limit)};
}

#define BERTH_ENTITY_PAGE                                                                  \
  "e.account = $1 AND e.kind >= $2 AND e.kind <= $3 AND e.path >= $4 AND e.path < $5 AND " \
  "(e.kind, e.name_key) > ($6, $7) "
#define BERTH_ENTITY_ORDER "ORDER BY e.kind, e.name_key LIMIT $8"

}  // namespace

EntityPosition EntityPosition::of(const model::Entity& entity) {
  return {.kind = std::string(model::name(entity.kind)), .name_key = base::to_lower(entity.name)};
}

base::Result<bool> Identities::create(const model::Entity& e) {
  BERTH_TRY(
      const auto changed,
      tx_.exec("INSERT INTO entities (id, account, kind, name, name_key, path, created_at, boundary, "
               "trust_policy, description, max_session, service, last_used_at, last_used_region) "
               "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) "
               "ON CONFLICT (account, kind, name_key) DO NOTHING",
               {e.id, e.account.text(), std::string(model::name(e.kind)), e.name, base::to_lower(e.name), e.path,
                base::to_micros(e.created), sql::nullable(e.boundary), e.trust_policy, sql::nullable(e.description),
                e.max_session_seconds, sql::nullable(e.service), used_at(e), used_region(e)}));
  BERTH_CHECK(Authorization(tx_).bump());
  return changed > 0;
}

base::Result<std::optional<model::Entity>> Identities::find(const model::AccountId& account, model::EntityKind kind,
                                                            const std::string& name) {
  if (!sql::is_storable_text(name)) return std::nullopt;
  BERTH_TRY(const auto rows, tx_.query("SELECT " BERTH_ENTITY_COLUMNS
                                       " FROM entities e WHERE e.account = $1 AND e.kind = $2 AND e.name_key = $3",
                                       {account.text(), std::string(model::name(kind)), base::to_lower(name)}));
  return only(rows, entity_from);
}

base::Result<std::optional<model::Entity>> Identities::find(const std::string& id) {
  BERTH_TRY(const auto rows, tx_.query("SELECT " BERTH_ENTITY_COLUMNS " FROM entities e WHERE e.id = $1", {id}));
  return only(rows, entity_from);
}

base::Result<std::vector<model::Entity>> Identities::list(const model::AccountId& account, const EntityPage& page) {
  BERTH_TRY(const auto rows,
            tx_.query("SELECT " BERTH_ENTITY_COLUMNS " FROM entities e WHERE " BERTH_ENTITY_PAGE BERTH_ENTITY_ORDER,
                      page_parameters(account, page)));
  return each(rows, entity_from);
}

base::Result<std::int64_t> Identities::count(const model::AccountId& account, model::EntityKind kind) {
  BERTH_TRY(const auto rows, tx_.query("SELECT count(*) FROM entities WHERE account = $1 AND kind = $2",
                                       {account.text(), std::string(model::name(kind))}));
  return rows.front().integer(0);
}

base::Result<bool> Identities::update(const model::Entity& e) {
  BERTH_TRY(const auto taken,
            tx_.query("SELECT id FROM entities WHERE account = $1 AND kind = $2 AND name_key = $3 AND id <> $4",
                      {e.account.text(), std::string(model::name(e.kind)), base::to_lower(e.name), e.id}));
  if (!taken.empty()) return false;
  BERTH_CHECK(
      tx_.exec("UPDATE entities SET name = $2, name_key = $3, path = $4, boundary = $5, trust_policy = $6, "
               "description = $7, max_session = $8 WHERE id = $1",
               {e.id, e.name, base::to_lower(e.name), e.path, sql::nullable(e.boundary), e.trust_policy,
                sql::nullable(e.description), e.max_session_seconds}));
  BERTH_CHECK(Authorization(tx_).bump());
  return true;
}

base::Result<void> Identities::remove(const std::string& id) {
  BERTH_CHECK(tx_.exec("DELETE FROM identity_tags WHERE owner = $1", {id}));
  BERTH_CHECK(tx_.exec("DELETE FROM entities WHERE id = $1", {id}));
  return Authorization(tx_).bump();
}

base::Result<void> Identities::mark_used(const std::string& id, const model::LastUse& use) {
  BERTH_CHECK(
      tx_.exec("UPDATE entities SET last_used_at = $2, last_used_region = $3 WHERE id = $1 AND "
               "(last_used_at IS NULL OR last_used_at < $2)",
               {id, base::to_micros(use.time), use.region}));
  return {};
}

base::Result<std::vector<model::Entity>> Identities::holders(const PolicyHolders& of, const EntityPage& page) {
  auto parameters = page_parameters(of.account, page);
  parameters.emplace_back(of.attached ? of.arn : "");  // no policy has this ARN
  parameters.emplace_back(of.boundary ? of.arn : "");
  BERTH_TRY(const auto rows,
            tx_.query("SELECT " BERTH_ENTITY_COLUMNS " FROM entities e WHERE " BERTH_ENTITY_PAGE
                      "AND (e.boundary = $10 OR EXISTS (SELECT 1 FROM attachments a WHERE a.entity = e.id AND "
                      "a.arn = $9)) " BERTH_ENTITY_ORDER,
                      parameters));
  return each(rows, entity_from);
}

base::Result<void> Identities::join(const std::string& group, const std::string& user) {
  BERTH_CHECK(
      tx_.exec("INSERT INTO memberships (group_id, user_id) VALUES ($1, $2) ON CONFLICT DO NOTHING", {group, user}));
  return Authorization(tx_).bump();
}

base::Result<bool> Identities::leave(const std::string& group, const std::string& user) {
  BERTH_TRY(const auto changed,
            tx_.exec("DELETE FROM memberships WHERE group_id = $1 AND user_id = $2", {group, user}));
  BERTH_CHECK(Authorization(tx_).bump());
  return changed > 0;
}

base::Result<std::vector<model::Entity>> Identities::groups_of(const std::string& user, const std::string& after,
                                                               std::size_t limit) {
  BERTH_TRY(const auto rows,
            tx_.query("SELECT " BERTH_ENTITY_COLUMNS
                      " FROM memberships m JOIN entities e ON e.id = m.group_id WHERE m.user_id = $1 AND "
                      "e.name_key > $2 ORDER BY e.name_key LIMIT $3",
                      {user, after, static_cast<std::int64_t>(limit)}));
  return each(rows, entity_from);
}

base::Result<std::vector<model::Entity>> Identities::members(const std::string& group, const std::string& after,
                                                             std::size_t limit) {
  BERTH_TRY(const auto rows,
            tx_.query("SELECT " BERTH_ENTITY_COLUMNS
                      " FROM memberships m JOIN entities e ON e.id = m.user_id WHERE m.group_id = $1 AND "
                      "e.name_key > $2 ORDER BY e.name_key LIMIT $3",
                      {group, after, static_cast<std::int64_t>(limit)}));
  return each(rows, entity_from);
}

base::Result<std::int64_t> Identities::count_groups_of(const std::string& user) {
  BERTH_TRY(const auto rows, tx_.query("SELECT count(*) FROM memberships WHERE user_id = $1", {user}));
  return rows.front().integer(0);
}

base::Result<void> IdentityTags::put(const std::string& owner, const std::vector<model::ResourceTag>& tags) {
  if (tags.empty()) return {};
  for (const auto& tag : tags) {
    BERTH_CHECK(
        tx_.exec("INSERT INTO identity_tags (owner, key_key, key, value) VALUES ($1, $2, $3, $4) "
                 "ON CONFLICT (owner, key_key) DO UPDATE SET key = excluded.key, value = excluded.value",
                 {owner, base::to_lower(tag.key), tag.key, tag.value}));
  }
  return Authorization(tx_).bump();
}

base::Result<void> IdentityTags::remove(const std::string& owner, const std::vector<std::string>& keys) {
  for (const auto& key : keys) {
    BERTH_CHECK(tx_.exec("DELETE FROM identity_tags WHERE owner = $1 AND key_key = $2", {owner, base::to_lower(key)}));
  }
  return Authorization(tx_).bump();
}

base::Result<std::vector<model::ResourceTag>> IdentityTags::list(const std::string& owner) {
  if (!sql::is_storable_text(owner)) return std::vector<model::ResourceTag>();
  BERTH_TRY(const auto rows,
            tx_.query("SELECT key, value FROM identity_tags WHERE owner = $1 ORDER BY key_key", {owner}));
  return each(rows, [](const sql::Row& row) -> base::Result<model::ResourceTag> {
    return model::ResourceTag{.key = row.text(0), .value = row.text(1)};
  });
}

}  // namespace berth::meta
