#include "api/ecrpublic/ops/registries.h"

#include <utility>

#include "base/bytes.h"
#include "model/arn.h"

namespace berth::api::ecrpublic {

base::Result<GetAuthorizationTokenResponse> get_authorization_token(const Call& call, ecr::NoMembers) {
  const auto& tokens = call.deps.ecr.tokens;
  BERTH_CHECK(call.deps.registries.require_token(call.scope(), tokens.lifetime()));
  const auto issued = tokens.issue(call.scope().caller, call.ecr.own.region, call.deps.ecr.clock.now());
  return GetAuthorizationTokenResponse{
      .authorization_data = {.authorization_token = base::to_base64(base::as_bytes("AWS:" + issued.password.reveal())),
                             .expires_at = issued.expires}};
}

base::Result<DescribeRegistriesResponse> describe_registries(const Call& call, DescribeRegistriesRequest request) {
  const auto& account = call.ecr.own.account;
  BERTH_TRY(const auto aliases, call.deps.registries.aliases(call.scope()));
  if (request.next_token) return ecr::fail_token();  // an account has one registry, so no token is ever given
  RegistryShape registry{
      .registry_id = account.text(),
      .registry_arn = model::ecr_arn(call.ecr.own.region, account, "registry/" + account.text()),
      .registry_uri = call.ecr.endpoint.public_registry() + "/" + model::primary_of(aliases).name.text(),
      .aliases = {}};
  for (const auto& alias : aliases) {
    registry.aliases.push_back({.name = alias.name.text(),
                                .primary_registry_alias = alias.primary,
                                .default_registry_alias = alias.is_default});
  }
  DescribeRegistriesResponse response;
  response.registries.push_back(std::move(registry));
  return response;
}

base::Result<RegistryCatalogDataResponse> get_registry_catalog_data(const Call& call, ecr::NoMembers) {
  BERTH_TRY(auto name, call.deps.registries.display_name(call.scope()));
  return RegistryCatalogDataResponse{.registry_catalog_data = {.display_name = std::move(name)}};
}

base::Result<RegistryCatalogDataResponse> put_registry_catalog_data(const Call& call, RegistryCatalogData request) {
  BERTH_CHECK(call.deps.registries.put_display_name(call.scope(), request.display_name));
  return RegistryCatalogDataResponse{.registry_catalog_data = std::move(request)};
}

}  // namespace berth::api::ecrpublic
