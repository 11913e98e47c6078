#include "meta/oidc_providers.h"

#include "meta/authorization.h"
#include "meta/rows.h"

namespace berth::meta {
namespace {

#define BERTH_PROVIDER_COLUMNS "account, url, client_ids, thumbprints, created_at"

base::Result<model::OidcProvider> provider_from(const sql::Row& row) {
  BERTH_TRY(auto account, stored<model::AccountId>(row.text(0)));
  return model::OidcProvider{.account = std::move(account),
                             .url = row.text(1),
                             .client_ids = lines_from(row.text(2)),
                             .thumbprints = lines_from(row.text(3)),
                             .created = base::from_micros(row.integer(4))};
}

}  // namespace

base::Result<bool> OidcProviders::create(const model::OidcProvider& p) {
  BERTH_TRY(const auto changed,
            tx_.exec("INSERT INTO oidc_providers (arn, account, url, client_ids, thumbprints, created_at) "
                     "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
                     {p.arn(), p.account.text(), p.url, lines_text(p.client_ids), lines_text(p.thumbprints),
                      base::to_micros(p.created)}));
  BERTH_CHECK(Authorization(tx_).bump());
  return changed > 0;
}

base::Result<std::optional<model::OidcProvider>> OidcProviders::find(const std::string& arn) {
  if (!sql::is_storable_text(arn)) return std::nullopt;
  BERTH_TRY(const auto rows, tx_.query("SELECT " BERTH_PROVIDER_COLUMNS " FROM oidc_providers WHERE arn = $1", {arn}));
  return only(rows, provider_from);
}

base::Result<std::vector<model::OidcProvider>> OidcProviders::list(const model::AccountId& account) {
  BERTH_TRY(const auto rows,
            tx_.query("SELECT " BERTH_PROVIDER_COLUMNS " FROM oidc_providers WHERE account = $1 ORDER BY arn",
                      {account.text()}));
  return each(rows, provider_from);
}

base::Result<void> OidcProviders::update(const model::OidcProvider& p) {
  BERTH_CHECK(tx_.exec("UPDATE oidc_providers SET client_ids = $2, thumbprints = $3 WHERE arn = $1",
                       {p.arn(), lines_text(p.client_ids), lines_text(p.thumbprints)}));
  return Authorization(tx_).bump();
}

base::Result<bool> OidcProviders::remove(const std::string& arn) {
  BERTH_CHECK(tx_.exec("DELETE FROM identity_tags WHERE owner = $1", {arn}));
  BERTH_TRY(const auto changed, tx_.exec("DELETE FROM oidc_providers WHERE arn = $1", {arn}));
  BERTH_CHECK(Authorization(tx_).bump());
  return changed > 0;
}

}  // namespace berth::meta
