#include "model/organization.h"

namespace berth::model {
namespace {

std::string organizations_arn(std::string_view account, std::string_view resource) {
  return std::string("arn:aws:organizations::").append(account).append(":").append(resource);
}

}  // namespace

std::string Organization::arn() const { return organizations_arn(management.text(), "organization/" + id); }

std::string Organization::root_arn() const { return organizations_arn(management.text(), "root/" + id + "/" + root); }

std::string Organization::account_arn(const AccountId& account) const {
  return organizations_arn(management.text(), "account/" + id + "/" + account.text());
}

std::string Organization::policy_arn(std::string_view policy) const {
  if (policy == kFullAwsAccess) {
    return organizations_arn("aws", std::string("policy/service_control_policy/").append(policy));
  }
  return organizations_arn(management.text(), "policy/" + id + "/service_control_policy/" + std::string(policy));
}

std::string Organization::target_arn(std::string_view target) const {
  if (target == root) return root_arn();
  return organizations_arn(management.text(), "account/" + id + "/" + std::string(target));
}

}  // namespace berth::model
