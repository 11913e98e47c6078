// What would be decided: SimulatePrincipalPolicy, SimulateCustomPolicy and their context keys.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "policy/context.h"
#include "policy/decide.h"
#include "service/iam/common.h"

namespace berth::service::iam {

struct Simulation {
  std::vector<std::string> documents{};   // PolicyInputList: besides the principal's own
  std::optional<std::string> boundary{};  // PermissionsBoundaryPolicyInputList: instead of the principal's own
  std::vector<std::string> actions{};     // "ecr:PutImage"
  std::vector<std::string> resources = {"*"};
  std::optional<std::string> resource_policy{};
  std::optional<std::string> resource_owner{};  // ARN "...:root" of the account that owns the resources
  std::optional<std::string> caller{};          // ARN of the user whom the policies are tried on
  policy::Context context{};
};

struct SimulatedDecision {
  std::string action;
  std::string resource;
  policy::Decision decision;
  std::vector<std::string> missing_context;  // keys that the policies ask for and `context` has not
};

// Stateless; safe from any thread; `core` outlives it. invalid_input (documents that are none, too), entity_not_found.
class SimulationService {
 public:
  explicit SimulationService(const Core& core) : core_(core) {}

  // Each action on each resource. `principal`: ARN of a user, group or role of the caller's account.
  base::Result<std::vector<SimulatedDecision>> principal(const Scope& scope, const std::string& principal,
                                                         const Simulation& simulation);
  base::Result<std::vector<SimulatedDecision>> custom(const Scope& scope, const Simulation& simulation);

  // The condition keys and variables that the documents ask for, sorted, each once.
  base::Result<std::vector<std::string>> context_keys(const Scope& scope, const std::vector<std::string>& documents);
  base::Result<std::vector<std::string>> principal_context_keys(const Scope& scope, const std::string& principal,
                                                                const std::vector<std::string>& documents);

 private:
  const Core& core_;
};

}  // namespace berth::service::iam
