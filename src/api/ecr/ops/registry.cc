#include "api/ecr/ops/registry.h"

#include "base/bytes.h"

namespace berth::api::ecr {

base::Result<GetAuthorizationTokenResponse> get_authorization_token(const Call& call,
                                                                    GetAuthorizationTokenRequest request) {
  BERTH_CHECK(call.deps.repositories.require(call.scope, auth::Action::get_authorization_token, call.own));
  const auto issued = call.deps.tokens.issue(call.scope.caller, call.own.region, call.deps.clock.now());
  const std::string token = base::to_base64(base::as_bytes("AWS:" + issued.password.reveal()));
  // One token is good for every registry of the region; ids only choose the endpoints to tell.
  GetAuthorizationTokenResponse response;
  for (const auto& id : request.registry_ids.value_or(std::vector{call.own.account.text()})) {
    BERTH_TRY(const auto registry, call.registry(id));
    response.authorization_data.push_back({.authorization_token = token,
                                           .expires_at = issued.expires,
                                           .proxy_endpoint = call.endpoint.registry_url(registry)});
  }
  return response;
}

base::Result<DescribeRegistryResponse> describe_registry(const Call& call, NoMembers) {
  BERTH_CHECK(call.deps.repositories.require(call.scope, auth::Action::describe_registry, call.own));
  // No operation can set replication rules yet, so there are none.
  return DescribeRegistryResponse{.registry_id = call.own.account.text(), .replication_configuration = {}};
}

}  // namespace berth::api::ecr
