#include "api/ecrpublic/call.h"

namespace berth::api::ecrpublic {

base::Result<std::optional<std::string>> Call::account(const std::optional<std::string>& id_or_alias) const {
  if (!id_or_alias) return std::nullopt;
  BERTH_TRY(const auto found, deps.registries.account_of(scope().deadline, *id_or_alias));
  return found.text();
}

base::Result<std::string> Call::registry_uri(const model::AccountId& account) const {
  BERTH_TRY(const auto alias, deps.registries.primary_alias(scope().deadline, account));
  return ecr.endpoint.public_registry() + "/" + alias.text();
}

base::Result<std::string> Call::logo_url(const model::RepositoryRef& repository) const {
  BERTH_TRY(const auto alias, deps.registries.primary_alias(scope().deadline, repository.registry.account));
  return ecr.endpoint.public_url() + "/logo/" + alias.text() + "/" + repository.name.text() + ".png";
}

}  // namespace berth::api::ecrpublic
