// GetAuthorizationToken, DescribeRegistry.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/ecr/call.h"
#include "api/ecr/shapes.h"

namespace berth::api::ecr {

struct GetAuthorizationTokenRequest {
  std::optional<std::vector<std::string>> registry_ids;

  template <class F>
  void fields(F& f) {
    f.opt("registryIds", registry_ids, json::items(1, 10), kRegistryIdRule);
  }
};

struct AuthorizationData {
  std::string authorization_token;
  base::Timestamp expires_at;
  std::string proxy_endpoint;

  template <class F>
  void fields(F& f) {
    f.opt("authorizationToken", authorization_token);
    f.opt("expiresAt", expires_at);
    f.opt("proxyEndpoint", proxy_endpoint);
  }
};

struct GetAuthorizationTokenResponse {
  std::vector<AuthorizationData> authorization_data;

  template <class F>
  void fields(F& f) {
    f.opt("authorizationData", authorization_data);
  }
};

struct ReplicationDestination {
  std::string region, registry_id;

  template <class F>
  void fields(F& f) {
    f.req("region", region);
    f.req("registryId", registry_id);
  }
};

struct ReplicationFilter {
  std::string filter, filter_type;

  template <class F>
  void fields(F& f) {
    f.req("filter", filter);
    f.req("filterType", filter_type);
  }
};

struct ReplicationRule {
  std::vector<ReplicationDestination> destinations;
  std::optional<std::vector<ReplicationFilter>> repository_filters;

  template <class F>
  void fields(F& f) {
    f.req("destinations", destinations);
    f.opt("repositoryFilters", repository_filters);
  }
};

struct ReplicationConfiguration {
  std::vector<ReplicationRule> rules;

  template <class F>
  void fields(F& f) {
    f.req("rules", rules);
  }
};

struct DescribeRegistryResponse {
  std::string registry_id;
  ReplicationConfiguration replication_configuration;

  template <class F>
  void fields(F& f) {
    f.opt("registryId", registry_id);
    f.opt("replicationConfiguration", replication_configuration);
  }
};

base::Result<GetAuthorizationTokenResponse> get_authorization_token(const Call& call,
                                                                    GetAuthorizationTokenRequest request);
base::Result<DescribeRegistryResponse> describe_registry(const Call& call, NoMembers request);

}  // namespace berth::api::ecr
