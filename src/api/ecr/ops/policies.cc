#include "api/ecr/ops/policies.h"

#include <utility>

namespace berth::api::ecr {
namespace {

RepositoryPolicyResponse answer(const model::RepositoryRef& ref, std::string text) {
  return {
      .registry_id = ref.registry.account.text(), .repository_name = ref.name.text(), .policy_text = std::move(text)};
}

RegistryPolicyResponse answer(const model::RegistryRef& registry, std::string text) {
  return {.registry_id = registry.account.text(), .policy_text = std::move(text)};
}

}  // namespace

base::Result<RepositoryPolicyResponse> set_repository_policy(const Call& call, SetRepositoryPolicyRequest request) {
  BERTH_TRY(const auto ref, call.repository(request.registry_id, request.repository_name));
  BERTH_TRY(auto text, call.deps.policies.set_repository(call.scope, ref, request.policy_text,
                                                         request.force ? service::Force::yes : service::Force::no));
  return answer(ref, std::move(text));
}

base::Result<RepositoryPolicyResponse> get_repository_policy(const Call& call, RepositoryPolicyRequest request) {
  BERTH_TRY(const auto ref, call.repository(request.registry_id, request.repository_name));
  BERTH_TRY(auto text, call.deps.policies.repository(call.scope, ref));
  return answer(ref, std::move(text));
}

base::Result<RepositoryPolicyResponse> delete_repository_policy(const Call& call, RepositoryPolicyRequest request) {
  BERTH_TRY(const auto ref, call.repository(request.registry_id, request.repository_name));
  BERTH_TRY(auto text, call.deps.policies.remove_repository(call.scope, ref));
  return answer(ref, std::move(text));
}

base::Result<RegistryPolicyResponse> put_registry_policy(const Call& call, PutRegistryPolicyRequest request) {
  BERTH_TRY(auto text, call.deps.policies.put_registry(call.scope, call.own, request.policy_text));
  return answer(call.own, std::move(text));
}

base::Result<RegistryPolicyResponse> get_registry_policy(const Call& call, NoMembers) {
  BERTH_TRY(auto text, call.deps.policies.registry(call.scope, call.own));
  return answer(call.own, std::move(text));
}

base::Result<RegistryPolicyResponse> delete_registry_policy(const Call& call, NoMembers) {
  BERTH_TRY(auto text, call.deps.policies.remove_registry(call.scope, call.own));
  return answer(call.own, std::move(text));
}

base::Result<AccountSettingResponse> get_account_setting(const Call& call, GetAccountSettingRequest request) {
  BERTH_TRY(auto value, call.deps.policies.setting(call.scope, call.own, request.name));
  return AccountSettingResponse{.name = std::move(request.name), .value = std::move(value)};
}

base::Result<AccountSettingResponse> put_account_setting(const Call& call, PutAccountSettingRequest request) {
  BERTH_CHECK(call.deps.policies.put_setting(call.scope, call.own, request.name, request.value));
  return AccountSettingResponse{.name = std::move(request.name), .value = std::move(request.value)};
}

}  // namespace berth::api::ecr
