#include "meta/public_registries.h"

#include "json/parse.h"
#include "json/writer.h"
#include "meta/rows.h"

namespace berth::meta {
namespace {

using Texts = std::optional<std::vector<std::string>>;

// As JSON, since any character may stand in one.
std::optional<std::string> texts_text(const Texts& texts) {
  if (!texts) return std::nullopt;
  json::Array array;
  for (const auto& text : *texts) array.emplace_back(text);
  return json::write(json::Value(std::move(array)));
}

base::Result<Texts> texts_from(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  BERTH_TRY(const auto document, json::parse(*text));
  const auto* const array = document.as_array();
  if (array == nullptr) return base::fail(base::Errc::corrupt, "metadata holds a list that is none");
  std::vector<std::string> texts;
  for (const auto& value : *array) {
    if (const auto* string = value.as_string()) texts.push_back(*string);
  }
  return texts;
}

base::Result<model::RegistryAlias> alias_from(const sql::Row& row) {
  BERTH_TRY(auto name, stored<model::AliasName>(row.text(0)));
  return model::RegistryAlias{
      .name = std::move(name), .is_default = row.integer(1) != 0, .primary = row.integer(2) != 0};
}

base::Result<PublicRegistries::Catalog> catalog_from(const sql::Row& row) {
  PublicRegistries::Catalog catalog{.data = {.description = row.maybe_text(0),
                                             .about_text = row.maybe_text(3),
                                             .usage_text = row.maybe_text(4),
                                             .architectures = {},
                                             .operating_systems = {},
                                             .logo = {}},
                                    .has_logo = row.integer(5) != 0};
  BERTH_TRY(catalog.data.architectures, texts_from(row.maybe_text(1)));
  BERTH_TRY(catalog.data.operating_systems, texts_from(row.maybe_text(2)));
  return catalog;
}

base::Result<ImageTag> tag_from(const sql::Row& row) {
  BERTH_TRY(auto image, image_from(row));
  return ImageTag{.name = row.text(kImageColumns),
                  .set = base::from_micros(row.integer(kImageColumns + 1)),
                  .image = std::move(image)};
}

}  // namespace

base::Result<std::vector<model::RegistryAlias>> PublicRegistries::aliases(const model::AccountId& account) {
  BERTH_TRY(const auto rows, tx_.query("SELECT name, is_default, is_primary FROM public_aliases WHERE account = $1 "
                                       "ORDER BY name",
                                       {account.text()}));
  return each(rows, alias_from);
}

base::Result<std::optional<model::AccountId>> PublicRegistries::account_of(const std::string& alias) {
  BERTH_TRY(const auto rows, tx_.query("SELECT account FROM public_aliases WHERE name = $1", {alias}));
  return only(rows, [](const sql::Row& row) { return stored<model::AccountId>(row.text(0)); });
}

base::Result<bool> PublicRegistries::add_alias(const model::AccountId& account, const model::RegistryAlias& alias) {
  BERTH_TRY(const auto changed,
            tx_.exec("INSERT INTO public_aliases (name, account, is_default, is_primary) "
                     "VALUES ($1, $2, $3, $4) ON CONFLICT (name) DO NOTHING",
                     {alias.name.text(), account.text(), std::int64_t{alias.is_default}, std::int64_t{alias.primary}}));
  return changed > 0;
}

base::Result<void> PublicRegistries::set_primary(const model::AccountId& account, const model::AliasName& alias) {
  BERTH_CHECK(
      tx_.exec("UPDATE public_aliases SET is_primary = CASE WHEN name = $2 THEN 1 ELSE 0 END "
               "WHERE account = $1",
               {account.text(), alias.text()}));
  return {};
}

base::Result<bool> PublicRegistries::remove_alias(const model::AccountId& account, const model::AliasName& alias) {
  BERTH_TRY(const auto changed,
            tx_.exec("DELETE FROM public_aliases WHERE account = $1 AND name = $2", {account.text(), alias.text()}));
  return changed > 0;
}

base::Result<std::optional<std::string>> PublicRegistries::display_name(const model::AccountId& account) {
  BERTH_TRY(const auto rows,
            tx_.query("SELECT display_name FROM public_registries WHERE account = $1 AND display_name IS NOT NULL",
                      {account.text()}));
  return only(rows, first_text);
}

base::Result<void> PublicRegistries::put_display_name(const model::AccountId& account,
                                                      const std::optional<std::string>& name) {
  BERTH_CHECK(
      tx_.exec("INSERT INTO public_registries (account, display_name) VALUES ($1, $2) "
               "ON CONFLICT (account) DO UPDATE SET display_name = excluded.display_name",
               {account.text(), sql::nullable(name)}));
  return {};
}

base::Result<std::optional<PublicRegistries::Catalog>> PublicRegistries::catalog(const std::string& repository) {
  BERTH_TRY(const auto rows,
            tx_.query("SELECT description, architectures, operating_systems, about_text, usage_text, "
                      "CASE WHEN logo IS NULL THEN 0 ELSE 1 END FROM public_catalogs WHERE repository = $1",
                      {repository}));
  return only(rows, catalog_from);
}

base::Result<std::optional<std::string>> PublicRegistries::logo(const std::string& repository) {
  BERTH_TRY(const auto rows,
            tx_.query("SELECT logo FROM public_catalogs WHERE repository = $1 AND logo IS NOT NULL", {repository}));
  return only(rows, [](const sql::Row& row) -> base::Result<std::string> { return row.blob(0); });
}

base::Result<void> PublicRegistries::put_catalog(const std::string& repository, const model::CatalogData& data) {
  const auto blob = [](const std::optional<std::string>& bytes) {
    return bytes ? sql::Value(sql::Blob{*bytes}) : sql::Value();
  };
  BERTH_CHECK(tx_.exec(
      "INSERT INTO public_catalogs (repository, description, architectures, operating_systems, about_text, usage_text, "
      "logo) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (repository) DO UPDATE SET "
      "description = excluded.description, architectures = excluded.architectures, "
      "operating_systems = excluded.operating_systems, about_text = excluded.about_text, "
      "usage_text = excluded.usage_text, logo = excluded.logo",
      {repository, sql::nullable(data.description), sql::nullable(texts_text(data.architectures)),
       sql::nullable(texts_text(data.operating_systems)), sql::nullable(data.about_text),
       sql::nullable(data.usage_text), blob(data.logo)}));
  return {};
}

base::Result<std::vector<ImageTag>> PublicRegistries::tags(const std::string& repository, const std::string& after,
                                                           std::size_t limit) {
  BERTH_TRY(const auto rows,
            tx_.query("SELECT " BERTH_IMAGE_COLUMNS
                      ", t.name, t.updated_at FROM tags t JOIN manifests m ON m.repository = t.repository "
                      "AND m.digest = t.digest WHERE t.repository = $1 AND t.name > $2 ORDER BY t.name LIMIT $3",
                      {repository, after, static_cast<std::int64_t>(limit)}));
  return each(rows, tag_from);
}

}  // namespace berth::meta
