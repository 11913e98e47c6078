// SetRepositoryPolicy, GetRepositoryPolicy, DeleteRepositoryPolicy, PutRegistryPolicy, GetRegistryPolicy,
// DeleteRegistryPolicy, GetAccountSetting, PutAccountSetting.
#pragma once

#include <string>

#include "api/ecr/call.h"
#include "api/ecr/shapes.h"
#include "service/policy_service.h"

namespace berth::api::ecr {

inline constexpr auto kPolicyTextLength = json::length(0, service::kMaxPolicyLength);
inline constexpr auto kSettingNameLength = json::length(1, 64);

struct SetRepositoryPolicyRequest : InRepository {
  std::string policy_text;
  bool force = false;

  template <class F>
  void fields(F& f) {
    repository_fields(f);
    own_fields(f);
  }
  template <class F>
  void own_fields(F& f) {
    f.req("policyText", policy_text, kPolicyTextLength);
    f.opt("force", force);
  }
};

struct RepositoryPolicyRequest : InRepository {
  template <class F>
  void fields(F& f) {
    repository_fields(f);
    own_fields(f);
  }
  template <class F>
  void own_fields(F&) {}
};

struct RepositoryPolicyResponse {
  std::string registry_id, repository_name, policy_text;

  template <class F>
  void fields(F& f) {
    f.opt("registryId", registry_id);
    f.opt("repositoryName", repository_name);
    f.opt("policyText", policy_text);
  }
};

struct PutRegistryPolicyRequest {
  std::string policy_text;

  template <class F>
  void fields(F& f) {
    f.req("policyText", policy_text, kPolicyTextLength);
  }
};

struct RegistryPolicyResponse {
  std::string registry_id, policy_text;

  template <class F>
  void fields(F& f) {
    f.opt("registryId", registry_id);
    f.opt("policyText", policy_text);
  }
};

struct GetAccountSettingRequest {
  std::string name;

  template <class F>
  void fields(F& f) {
    f.req("name", name, kSettingNameLength);
  }
};

struct PutAccountSettingRequest {
  std::string name, value;

  template <class F>
  void fields(F& f) {
    f.req("name", name, kSettingNameLength);
    f.req("value", value);
  }
};

struct AccountSettingResponse {
  std::string name, value;

  template <class F>
  void fields(F& f) {
    f.opt("name", name);
    f.opt("value", value);
  }
};

base::Result<RepositoryPolicyResponse> set_repository_policy(const Call& call, SetRepositoryPolicyRequest request);
base::Result<RepositoryPolicyResponse> get_repository_policy(const Call& call, RepositoryPolicyRequest request);
base::Result<RepositoryPolicyResponse> delete_repository_policy(const Call& call, RepositoryPolicyRequest request);
base::Result<RegistryPolicyResponse> put_registry_policy(const Call& call, PutRegistryPolicyRequest request);
base::Result<RegistryPolicyResponse> get_registry_policy(const Call& call, NoMembers request);
base::Result<RegistryPolicyResponse> delete_registry_policy(const Call& call, NoMembers request);
base::Result<AccountSettingResponse> get_account_setting(const Call& call, GetAccountSettingRequest request);
base::Result<AccountSettingResponse> put_account_setting(const Call& call, PutAccountSettingRequest request);

}  // namespace berth::api::ecr
