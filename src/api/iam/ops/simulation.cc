#include "api/iam/ops/simulation.h"

#include <utility>

namespace berth::api::iam {
namespace {

// Takes the members out of the request, but for its page.
base::Result<service::iam::Simulation> simulation_of(SimulationMembers& request) {
  if (request.boundaries.size() > 1) {
    return base::fail(base::Errc::invalid_input, "PermissionsBoundaryPolicyInputList may have one policy only");
  }
  service::iam::Simulation simulation{.documents = std::move(request.documents),
                                      .actions = std::move(request.actions),
                                      .resource_policy = std::move(request.resource_policy),
                                      .resource_owner = std::move(request.resource_owner),
                                      .caller = std::move(request.caller)};
  if (!request.boundaries.empty()) simulation.boundary = std::move(request.boundaries.front());
  if (!request.resources.empty()) simulation.resources = std::move(request.resources);
  for (auto& entry : request.context) {
    if (!entry.name) return base::fail(base::Errc::invalid_input, "A context entry needs a ContextKeyName");
    simulation.context.set(*entry.name, std::move(entry.values));
  }
  return simulation;
}

std::string_view decision_name(policy::Outcome outcome) {
  switch (outcome) {
    case policy::Outcome::allowed: return "allowed";
    case policy::Outcome::explicit_deny: return "explicitDeny";
    case policy::Outcome::implicit_deny: return "implicitDeny";
  }
  std::unreachable();
}

// PolicySourceType, as far as a match tells.
std::string_view source_type(const policy::Match& match) {
  if (match.source == policy::Source::resource) return "resource";
  if (match.policy.starts_with(model::kAwsPolicyPrefix)) return "aws-managed";
  return match.policy.starts_with("arn:") ? "user-managed" : "none";
}

std::vector<StatementShape> statements_of(const policy::Decision& decision) {
  std::vector<StatementShape> shapes;
  for (const auto& match : decision.matches) {
    shapes.push_back({.policy = match.policy, .type = std::string(source_type(match))});
  }
  return shapes;
}

// Whether organization and boundary agreed is told if one of them decided, or if all did.
EvaluationResult result_of(service::iam::SimulatedDecision simulated) {
  const auto& decision = simulated.decision;
  const auto statements = statements_of(decision);
  const auto name = std::string(decision_name(decision.outcome));
  std::optional<BoundaryDecision> boundary;
  std::optional<OrganizationsDecision> organizations;
  if (!decision.allowed() && decision.by == policy::Source::boundary) boundary = {.allowed = false};
  if (!decision.allowed() && decision.by == policy::Source::service_control) organizations = {.allowed = false};
  std::vector<ResourceResult> by_resource;
  by_resource.push_back({.resource = simulated.resource,
                         .decision = name,
                         .statements = statements,
                         .missing_context = simulated.missing_context,
                         .boundary = boundary});
  return {.action = std::move(simulated.action),
          .resource = std::move(simulated.resource),
          .decision = name,
          .statements = statements,
          .missing_context = std::move(simulated.missing_context),
          .organizations = organizations,
          .boundary = boundary,
          .by_resource = std::move(by_resource)};
}

base::Result<SimulationResponse> page_of(const Paged& paged, std::vector<service::iam::SimulatedDecision> decisions) {
  BERTH_TRY(auto end, cut_page("EvaluationResults", paged, decisions));
  SimulationResponse response{.results = {}, .end = std::move(end)};
  response.results.reserve(decisions.size());
  for (auto& decision : decisions) response.results.push_back(result_of(std::move(decision)));
  return response;
}

}  // namespace

base::Result<SimulationResponse> simulate_principal_policy(const Call& call, SimulatePrincipalRequest request) {
  BERTH_TRY(const auto simulation, simulation_of(request));
  BERTH_TRY(auto decisions, call.iam.simulation.principal(call.scope, request.principal, simulation));
  return page_of(request, std::move(decisions));
}

base::Result<SimulationResponse> simulate_custom_policy(const Call& call, SimulateCustomRequest request) {
  BERTH_TRY(const auto simulation, simulation_of(request));
  BERTH_TRY(auto decisions, call.iam.simulation.custom(call.scope, simulation));
  return page_of(request, std::move(decisions));
}

base::Result<ContextKeysResponse> context_keys_for_custom_policy(const Call& call, ContextKeysRequest request) {
  BERTH_TRY(auto keys, call.iam.simulation.context_keys(call.scope, request.documents));
  return ContextKeysResponse{.keys = std::move(keys)};
}

base::Result<ContextKeysResponse> context_keys_for_principal_policy(const Call& call,
                                                                    PrincipalContextKeysRequest request) {
  BERTH_TRY(auto keys, call.iam.simulation.principal_context_keys(call.scope, request.principal, request.documents));
  return ContextKeysResponse{.keys = std::move(keys)};
}

}  // namespace berth::api::iam
