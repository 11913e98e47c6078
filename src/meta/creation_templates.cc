#include "meta/creation_templates.h"

#include <algorithm>
#include <map>

#include "meta/rows.h"

namespace berth::meta {
namespace {

#define BERTH_TEMPLATE_COLUMNS                                                                                  \
  "prefix, applied_for, description, tag_mutability, tag_exclusions, encryption_type, kms_key, resource_tags, " \
  "repository_policy, lifecycle_policy, custom_role, created_at, updated_at"

std::string occasions_text(const std::vector<model::AppliedFor>& occasions) {
  std::vector<std::string> names;
  for (const auto occasion : occasions) names.emplace_back(name(occasion));
  return lines_text(names);
}

base::Result<std::vector<model::AppliedFor>> occasions_from(const std::string& text) {
  std::vector<model::AppliedFor> occasions;
  for (const auto& line : lines_from(text)) {
    const auto* const found =
        std::ranges::find(model::kAppliedForNames, line, &std::pair<std::string_view, model::AppliedFor>::first);
    if (found == std::end(model::kAppliedForNames)) {
      return base::fail(base::Errc::corrupt, "metadata holds a template applied for '" + line + "'");
    }
    occasions.push_back(found->second);
  }
  return occasions;
}

std::string tags_text(const std::vector<model::ResourceTag>& tags) {
  std::map<std::string, std::string> values;
  for (const auto& tag : tags) values.emplace(tag.key, tag.value);
  return annotations_text(values);
}

base::Result<model::CreationTemplate> template_from(const sql::Row& row) {
  BERTH_TRY(auto prefix, stored<model::TemplatePrefix>(row.text(0)));
  BERTH_TRY(auto occasions, occasions_from(row.text(1)));
  BERTH_TRY(auto mutability, mutability_from(row.text(3), row.text(4)));
  BERTH_TRY(const auto tags, annotations_from(row.text(7)));
  model::CreationTemplate made{.prefix = std::move(prefix),
                               .applied_for = std::move(occasions),
                               .description = row.maybe_text(2),
                               .mutability = std::move(mutability),
                               .encryption_type = row.text(5),
                               .kms_key = row.maybe_text(6),
                               .tags = {},
                               .repository_policy = row.maybe_text(8),
                               .lifecycle_policy = row.maybe_text(9),
                               .custom_role = row.maybe_text(10),
                               .created = base::from_micros(row.integer(11)),
                               .updated = base::from_micros(row.integer(12))};
  for (const auto& [key, value] : tags) made.tags.push_back({.key = key, .value = value});
  return made;
}

}  // namespace

base::Result<bool> CreationTemplates::create(const model::RegistryRef& registry, const model::CreationTemplate& made) {
  BERTH_TRY(const auto changed,
            tx_.exec("INSERT INTO creation_templates (account, region, id, " BERTH_TEMPLATE_COLUMNS
                     ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) "
                     "ON CONFLICT (account, region, id) DO NOTHING",
                     {registry.account.text(), registry.region.text(), made.prefix.key(), made.prefix.text(),
                      occasions_text(made.applied_for), sql::nullable(made.description), mode_text(made.mutability),
                      filters_text(made.mutability), made.encryption_type, sql::nullable(made.kms_key),
                      tags_text(made.tags), sql::nullable(made.repository_policy), sql::nullable(made.lifecycle_policy),
                      sql::nullable(made.custom_role), base::to_micros(made.created), base::to_micros(made.updated)}));
  return changed > 0;
}

base::Result<void> CreationTemplates::update(const model::RegistryRef& registry,
                                             const model::CreationTemplate& changed) {
  BERTH_CHECK(tx_.exec(
      "UPDATE creation_templates SET applied_for = $4, description = $5, tag_mutability = $6, "
      "tag_exclusions = $7, encryption_type = $8, kms_key = $9, resource_tags = $10, repository_policy = $11, "
      "lifecycle_policy = $12, custom_role = $13, updated_at = $14 "
      "WHERE account = $1 AND region = $2 AND id = $3",
      {registry.account.text(), registry.region.text(), changed.prefix.key(), occasions_text(changed.applied_for),
       sql::nullable(changed.description), mode_text(changed.mutability), filters_text(changed.mutability),
       changed.encryption_type, sql::nullable(changed.kms_key), tags_text(changed.tags),
       sql::nullable(changed.repository_policy), sql::nullable(changed.lifecycle_policy),
       sql::nullable(changed.custom_role), base::to_micros(changed.updated)}));
  return {};
}

base::Result<void> CreationTemplates::remove(const model::RegistryRef& registry, const std::string& key) {
  BERTH_CHECK(tx_.exec("DELETE FROM creation_templates WHERE account = $1 AND region = $2 AND id = $3",
                       {registry.account.text(), registry.region.text(), key}));
  return {};
}

base::Result<std::optional<model::CreationTemplate>> CreationTemplates::find(const model::RegistryRef& registry,
                                                                             const std::string& key) {
  BERTH_TRY(const auto rows, tx_.query("SELECT " BERTH_TEMPLATE_COLUMNS
                                       " FROM creation_templates WHERE account = $1 AND region = $2 AND id = $3",
                                       {registry.account.text(), registry.region.text(), key}));
  return only(rows, template_from);
}

base::Result<std::vector<model::CreationTemplate>> CreationTemplates::list(const model::RegistryRef& registry,
                                                                           const std::string& after,
                                                                           std::size_t limit) {
  BERTH_TRY(const auto rows,
            tx_.query("SELECT " BERTH_TEMPLATE_COLUMNS
                      " FROM creation_templates WHERE account = $1 AND region = $2 AND id > $3 ORDER BY id LIMIT $4",
                      {registry.account.text(), registry.region.text(), after, static_cast<std::int64_t>(limit)}));
  return each(rows, template_from);
}

base::Result<std::int64_t> CreationTemplates::count(const model::RegistryRef& registry) {
  BERTH_TRY(const auto rows, tx_.query("SELECT count(*) FROM creation_templates WHERE account = $1 AND region = $2",
                                       {registry.account.text(), registry.region.text()}));
  return rows.front().integer(0);
}

}  // namespace berth::meta
