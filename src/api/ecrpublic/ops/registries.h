// GetAuthorizationToken, DescribeRegistries, GetRegistryCatalogData, PutRegistryCatalogData.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/ecr/paging.h"
#include "api/ecrpublic/call.h"
#include "api/ecrpublic/shapes.h"

namespace berth::api::ecrpublic {

struct AuthorizationData {
  std::string authorization_token;
  base::Timestamp expires_at;

  template <class F>
  void fields(F& f) {
    f.opt("authorizationToken", authorization_token);
    f.opt("expiresAt", expires_at);
  }
};

struct GetAuthorizationTokenResponse {
  AuthorizationData authorization_data;

  template <class F>
  void fields(F& f) {
    f.opt("authorizationData", authorization_data);
  }
};

struct DescribeRegistriesRequest : ecr::Paged {
  template <class F>
  void fields(F& f) {
    page_fields(f);
  }
};

struct AliasShape {
  std::string name;
  std::string status = "ACTIVE";  // nobody is asked before an operator sets one
  bool primary_registry_alias = false;
  bool default_registry_alias = false;

  template <class F>
  void fields(F& f) {
    f.req("name", name);
    f.req("status", status);
    f.req("primaryRegistryAlias", primary_registry_alias);
    f.req("defaultRegistryAlias", default_registry_alias);
  }
};

struct RegistryShape {
  std::string registry_id, registry_arn, registry_uri;
  bool verified = false;  // AWS verifies; here there is nobody who would
  std::vector<AliasShape> aliases;

  template <class F>
  void fields(F& f) {
    f.req("registryId", registry_id);
    f.req("registryArn", registry_arn);
    f.req("registryUri", registry_uri);
    f.req("verified", verified);
    f.req("aliases", aliases);
  }
};

struct DescribeRegistriesResponse {
  std::vector<RegistryShape> registries;
  std::optional<std::string> next_token;

  template <class F>
  void fields(F& f) {
    f.req("registries", registries);
    f.opt("nextToken", next_token);
  }
};

struct RegistryCatalogData {
  std::optional<std::string> display_name;

  template <class F>
  void fields(F& f) {
    f.opt("displayName", display_name, json::length(0, 100));
  }
};

struct RegistryCatalogDataResponse {
  RegistryCatalogData registry_catalog_data;

  template <class F>
  void fields(F& f) {
    f.req("registryCatalogData", registry_catalog_data);
  }
};

base::Result<GetAuthorizationTokenResponse> get_authorization_token(const Call& call, ecr::NoMembers request);
base::Result<DescribeRegistriesResponse> describe_registries(const Call& call, DescribeRegistriesRequest request);
base::Result<RegistryCatalogDataResponse> get_registry_catalog_data(const Call& call, ecr::NoMembers request);
base::Result<RegistryCatalogDataResponse> put_registry_catalog_data(const Call& call, RegistryCatalogData request);

}  // namespace berth::api::ecrpublic
