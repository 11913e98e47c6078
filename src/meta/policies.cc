#include "meta/policies.h"

#include "meta/authorization.h"
#include "meta/rows.h"

namespace berth::meta {

base::Result<std::optional<std::string>> Policies::find(const std::string& repository) {
  BERTH_TRY(const auto rows, tx_.query("SELECT document FROM repository_policies WHERE repository = $1", {repository}));
  return only(rows, first_text);
}

base::Result<void> Policies::put(const std::string& repository, const std::string& document) {
  BERTH_CHECK(
      tx_.exec("INSERT INTO repository_policies (repository, document) VALUES ($1, $2) "
               "ON CONFLICT (repository) DO UPDATE SET document = excluded.document",
               {repository, document}));
  return Authorization(tx_).bump();
}

base::Result<bool> Policies::remove(const std::string& repository) {
  BERTH_TRY(const auto changed, tx_.exec("DELETE FROM repository_policies WHERE repository = $1", {repository}));
  BERTH_CHECK(Authorization(tx_).bump());
  return changed > 0;
}

base::Result<std::optional<std::string>> Policies::find(const model::RegistryRef& registry) {
  BERTH_TRY(const auto rows, tx_.query("SELECT document FROM registry_policies WHERE account = $1 AND region = $2",
                                       {registry.account.text(), registry.region.text()}));
  return only(rows, first_text);
}

base::Result<void> Policies::put(const model::RegistryRef& registry, const std::string& document) {
  BERTH_CHECK(
      tx_.exec("INSERT INTO registry_policies (account, region, document) VALUES ($1, $2, $3) "
               "ON CONFLICT (account, region) DO UPDATE SET document = excluded.document",
               {registry.account.text(), registry.region.text(), document}));
  return Authorization(tx_).bump();
}

base::Result<bool> Policies::remove(const model::RegistryRef& registry) {
  BERTH_TRY(const auto changed, tx_.exec("DELETE FROM registry_policies WHERE account = $1 AND region = $2",
                                         {registry.account.text(), registry.region.text()}));
  BERTH_CHECK(Authorization(tx_).bump());
  return changed > 0;
}

base::Result<std::map<std::string, std::string>> Policies::settings(const model::RegistryRef& registry) {
  BERTH_TRY(const auto rows, tx_.query("SELECT name, value FROM account_settings WHERE account = $1 AND region = $2",
                                       {registry.account.text(), registry.region.text()}));
  std::map<std::string, std::string> settings;
  for (const auto& row : rows) settings.emplace(row.text(0), row.text(1));
  return settings;
}

base::Result<std::optional<std::string>> Policies::find_setting(const model::RegistryRef& registry,
                                                                const std::string& name) {
  BERTH_TRY(const auto rows,
            tx_.query("SELECT value FROM account_settings WHERE account = $1 AND region = $2 AND name = $3",
                      {registry.account.text(), registry.region.text(), name}));
  return only(rows, first_text);
}

base::Result<void> Policies::put_setting(const model::RegistryRef& registry, const std::string& name,
                                         const std::string& value) {
  BERTH_CHECK(
      tx_.exec("INSERT INTO account_settings (account, region, name, value) VALUES ($1, $2, $3, $4) "
               "ON CONFLICT (account, region, name) DO UPDATE SET value = excluded.value",
               {registry.account.text(), registry.region.text(), name, value}));
  return Authorization(tx_).bump();
}

}  // namespace berth::meta
