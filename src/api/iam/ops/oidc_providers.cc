#include "api/iam/ops/oidc_providers.h"

namespace berth::api::iam {

base::Result<CreateProviderResponse> create_provider(const Call& call, CreateProviderRequest request) {
  BERTH_TRY(const auto provider,
            call.iam.oidc_providers.create(call.scope, {.url = std::move(request.url),
                                                        .client_ids = std::move(request.client_ids),
                                                        .thumbprints = std::move(request.thumbprints),
                                                        .tags = tags_from(std::move(request.tags))}));
  return CreateProviderResponse{.arn = provider.arn(), .tags = some_tags(provider.tags)};
}

base::Result<ProviderResponse> get_provider(const Call& call, Named<OfProvider> request) {
  BERTH_TRY(auto provider, call.iam.oidc_providers.get(call.scope, request.name));
  return ProviderResponse{.url = std::move(provider.url),
                          .client_ids = std::move(provider.client_ids),
                          .thumbprints = std::move(provider.thumbprints),
                          .created = provider.created,
                          .tags = some_tags(provider.tags)};
}

base::Result<ListProvidersResponse> list_providers(const Call& call, NoMembers) {
  BERTH_TRY(const auto providers, call.iam.oidc_providers.list(call.scope));
  ListProvidersResponse response;
  response.providers.reserve(providers.size());
  for (const auto& provider : providers) response.providers.push_back({.arn = provider.arn()});
  return response;
}

base::Result<void> delete_provider(const Call& call, Named<OfProvider> request) {
  return call.iam.oidc_providers.remove(call.scope, request.name);
}

base::Result<void> add_client_id(const Call& call, ClientIdRequest request) {
  return call.iam.oidc_providers.add_client_id(call.scope, request.arn, request.client_id);
}

base::Result<void> remove_client_id(const Call& call, ClientIdRequest request) {
  return call.iam.oidc_providers.remove_client_id(call.scope, request.arn, request.client_id);
}

base::Result<void> update_thumbprint(const Call& call, ThumbprintRequest request) {
  return call.iam.oidc_providers.set_thumbprints(call.scope, request.arn, request.thumbprints);
}

}  // namespace berth::api::iam
