#include "meta/repositories.h"

#include "meta/authorization.h"
#include "meta/lifecycle_defaults.h"
#include "meta/rows.h"

namespace berth::meta {

base::Result<bool> Repositories::create(const model::Repository& r) {
  BERTH_TRY(const auto changed,
            tx_.exec("INSERT INTO repositories (id, account, region, name, created_at, tag_mutability, tag_exclusions, "
                     "scan_on_push, encryption_type, kms_key) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) "
                     "ON CONFLICT (account, region, name) DO NOTHING",
                     {r.id, r.ref.registry.account.text(), r.ref.registry.region.text(), r.ref.name.text(),
                      base::to_micros(r.created), mode_text(r.mutability), filters_text(r.mutability),
                      std::int64_t{r.scan_on_push}, r.encryption_type, sql::nullable(r.kms_key)}));
  if (changed == 0) return false;
  // A default lifecycle policy has nothing to do here before the first push.
  BERTH_CHECK(LifecycleDefaults(tx_).inherit(r.id, base::from_micros(INT64_MAX)));
  return true;
}

base::Result<std::optional<model::Repository>> Repositories::find(const model::RepositoryRef& ref) {
  BERTH_TRY(const auto rows, tx_.query("SELECT " BERTH_REPOSITORY_COLUMNS
                                       " FROM repositories r WHERE r.account = $1 AND r.region = $2 AND r.name = $3",
                                       {ref.registry.account.text(), ref.registry.region.text(), ref.name.text()}));
  if (rows.empty()) return std::nullopt;
  BERTH_TRY(auto repository, repository_from(rows.front()));
  return repository;
}

base::Result<std::optional<model::Repository>> Repositories::find_by_id(const std::string& id) {
  BERTH_TRY(
      const auto rows,
      tx_.query("SELECT " BERTH_REPOSITORY_COLUMNS " FROM repositories r WHERE r.id = $1 AND r.account <> ''", {id}));
  if (rows.empty()) return std::nullopt;
  BERTH_TRY(auto repository, repository_from(rows.front()));
  return repository;
}

base::Result<std::vector<model::Repository>> Repositories::list(const model::RegistryRef& registry,
                                                                const std::string& after, std::size_t limit) {
  BERTH_TRY(const auto rows,
            tx_.query("SELECT " BERTH_REPOSITORY_COLUMNS
                      " FROM repositories r WHERE r.account = $1 AND r.region = $2 AND r.name > $3 "
                      "ORDER BY r.name LIMIT $4",
                      {registry.account.text(), registry.region.text(), after, static_cast<std::int64_t>(limit)}));
  return each(rows, repository_from);
}

base::Result<void> Repositories::set_mutability(const std::string& id, const model::TagMutability& mutability) {
  BERTH_CHECK(tx_.exec("UPDATE repositories SET tag_mutability = $2, tag_exclusions = $3 WHERE id = $1",
                       {id, mode_text(mutability), filters_text(mutability)}));
  return {};
}

base::Result<void> Repositories::set_scan_on_push(const std::string& id, bool scan_on_push) {
  BERTH_CHECK(tx_.exec("UPDATE repositories SET scan_on_push = $2 WHERE id = $1", {id, std::int64_t{scan_on_push}}));
  return {};
}

base::Result<bool> Repositories::rename(const std::string& id, const model::RepositoryName& name) {
  BERTH_TRY(const auto changed,
            tx_.exec("UPDATE repositories SET name = $2 WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM repositories o "
                     "WHERE o.account = repositories.account AND o.region = repositories.region AND o.name = $2)",
                     {id, name.text()}));
  // A default policy that is on its way goes by name, and may have passed the new one.
  BERTH_CHECK(LifecycleDefaults(tx_).inherit(id, base::from_micros(INT64_MAX)));
  BERTH_CHECK(Authorization(tx_).bump());
  return changed > 0;
}

base::Result<void> Repositories::set_deletion_protected(const std::string& id, bool deletion_protected) {
  BERTH_CHECK(tx_.exec("UPDATE repositories SET deletion_protected = $2 WHERE id = $1",
                       {id, std::int64_t{deletion_protected}}));
  return {};
}

base::Result<void> Repositories::remove(const std::string& id) {
  BERTH_CHECK(tx_.exec("UPDATE repositories SET account = '', region = '', name = id WHERE id = $1", {id}));
  // Nobody is to take on what would be in vain.
  BERTH_CHECK(tx_.exec("DELETE FROM lifecycle_policies WHERE repository = $1", {id}));
  BERTH_CHECK(tx_.exec("DELETE FROM lifecycle_runs WHERE repository = $1", {id}));
  return Authorization(tx_).bump();
}

base::Result<std::size_t> Repositories::count(const model::RegistryRef& registry, std::size_t limit) {
  BERTH_TRY(const auto rows,
            tx_.query("SELECT count(*) FROM (SELECT 1 FROM repositories WHERE account = $1 AND region = $2 "
                      "LIMIT $3) found",
                      {registry.account.text(), registry.region.text(), static_cast<std::int64_t>(limit)}));
  return static_cast<std::size_t>(rows.front().integer(0));
}

// '0' is the character after '/'.
#define BERTH_BELOW                                                                              \
  "FROM repositories r WHERE r.account = $1 AND r.region = $2 AND r.name >= $3 AND r.name < $5 " \
  "AND (r.name = $3 OR r.name >= $4) "

base::Result<std::vector<model::Repository>> Repositories::list_below(const model::RegistryRef& registry,
                                                                      const std::string& prefix,
                                                                      const std::string& after, std::size_t limit) {
  BERTH_TRY(const auto rows,
            tx_.query("SELECT " BERTH_REPOSITORY_COLUMNS " " BERTH_BELOW "AND r.name > $6 ORDER BY r.name LIMIT $7",
                      {registry.account.text(), registry.region.text(), prefix, prefix + "/", prefix + "0", after,
                       static_cast<std::int64_t>(limit)}));
  return each(rows, repository_from);
}

base::Result<std::vector<std::string>> Repositories::protected_below(const model::RegistryRef& registry,
                                                                     const std::string& prefix, std::size_t limit) {
  BERTH_TRY(const auto rows,
            tx_.query("SELECT r.name " BERTH_BELOW "AND r.deletion_protected = 1 ORDER BY r.name LIMIT $6",
                      {registry.account.text(), registry.region.text(), prefix, prefix + "/", prefix + "0",
                       static_cast<std::int64_t>(limit)}));
  return each(rows, first_text);
}

base::Result<std::vector<model::ResourceTag>> Repositories::tags(const std::string& id) {
  BERTH_TRY(const auto rows,
            tx_.query("SELECT key, value FROM repository_tags WHERE repository = $1 ORDER BY key", {id}));
  std::vector<model::ResourceTag> tags;
  tags.reserve(rows.size());
  for (const auto& row : rows) tags.push_back({.key = row.text(0), .value = row.text(1)});
  return tags;
}

base::Result<void> Repositories::put_tag(const std::string& id, const model::ResourceTag& tag) {
  BERTH_CHECK(
      tx_.exec("INSERT INTO repository_tags (repository, key, value) VALUES ($1, $2, $3) "
               "ON CONFLICT (repository, key) DO UPDATE SET value = excluded.value",
               {id, tag.key, tag.value}));
  return Authorization(tx_).bump();
}

base::Result<void> Repositories::remove_tag(const std::string& id, const std::string& key) {
  BERTH_CHECK(tx_.exec("DELETE FROM repository_tags WHERE repository = $1 AND key = $2", {id, key}));
  return Authorization(tx_).bump();
}

}  // namespace berth::meta
