#include "api/organizations/operations.h"

#include <algorithm>
#include <array>

#include "api/aws/json_api.h"
#include "api/organizations/ops/accounts.h"
#include "api/organizations/ops/organization.h"
#include "api/organizations/ops/policies.h"

namespace berth::api::organizations {
namespace {

template <auto Function>
constexpr Operation row(std::string_view name, std::string_view over_limit = {}, std::string_view in_use = {}) {
  using Bound = aws::BindJson<Function, json::Wording::framework>;
  return {.name = name,
          .run = &Bound::run,
          .input = Bound::kInput,
          .output = Bound::kOutput,
          .over_limit = over_limit,
          .in_use = in_use};
}

// By name.
constexpr auto kOperations = std::to_array<Operation>({
    row<&attach_policy>("AttachPolicy", "MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED"),
    row<&close_account>("CloseAccount", "CANNOT_CLOSE_MANAGEMENT_ACCOUNT", "AccountAlreadyClosedException"),
    row<&create_account>("CreateAccount", "ACCOUNT_NUMBER_LIMIT_EXCEEDED"),
    row<&create_policy>("CreatePolicy", "POLICY_CONTENT_LIMIT_EXCEEDED"),
    row<&delete_policy>("DeletePolicy", "", "PolicyInUseException"),
    row<&describe_account>("DescribeAccount"),
    row<&describe_create_account_status>("DescribeCreateAccountStatus"),
    row<&describe_organization>("DescribeOrganization"),
    row<&describe_policy>("DescribePolicy"),
    row<&detach_policy>("DetachPolicy", "MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED"),
    row<&disable_policy_type>("DisablePolicyType"),
    row<&enable_policy_type>("EnablePolicyType"),
    row<&list_accounts>("ListAccounts"),
    row<&list_accounts_for_parent>("ListAccountsForParent"),
    row<&list_create_account_status>("ListCreateAccountStatus"),
    row<&list_parents>("ListParents"),
    row<&list_policies>("ListPolicies"),
    row<&list_policies_for_target>("ListPoliciesForTarget"),
    row<&list_roots>("ListRoots"),
    row<&list_targets_for_policy>("ListTargetsForPolicy"),
    row<&update_policy>("UpdatePolicy", "POLICY_CONTENT_LIMIT_EXCEEDED"),
});
static_assert(std::ranges::is_sorted(kOperations, {}, &Operation::name));

}  // namespace

std::span<const Operation> operations() { return kOperations; }

const Operation* find_operation(std::string_view name) {
  const auto* const found = std::ranges::lower_bound(kOperations, name, {}, &Operation::name);
  return found != kOperations.end() && found->name == name ? found : nullptr;
}

}  // namespace berth::api::organizations
