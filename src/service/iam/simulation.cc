#include "service/iam/simulation.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "policy/managed.h"
#include "service/iam/access.h"
#include "service/iam/entities.h"

namespace berth::service::iam {
namespace {

using base::Errc;
using policy::Attached;

constexpr std::size_t kMaxDecisions = 10'000;  // of one call

// A document that the caller gave: what is wrong with it is wrong with the call.
base::Result<Attached> given(std::string name, std::string_view text, policy::Kind kind) {
  auto document = policy::Document::parse(text, kind);
  if (!document) return base::fail(Errc::invalid_input, name + ": " + document.error().message);
  return Attached{.document = *std::move(document), .name = std::move(name)};
}

base::Result<Attached> kept(const std::string& name, std::string_view text, policy::Kind kind) {
  auto document = policy::Document::parse(text, kind);
  if (!document)
    return base::fail(Errc::corrupt, "metadata holds the policy " + name + ": " + document.error().message);
  return Attached{.document = *std::move(document), .name = name};
}

// nullopt: a policy that is gone allows nothing.
base::Result<std::optional<Attached>> kept(const meta::PolicyText& policy) {
  const auto* aws = policy.document ? nullptr : policy::find_managed(policy.name);
  if (!policy.document && !aws) return std::nullopt;
  return kept(policy.name, policy.document ? *policy.document : aws->document, policy::Kind::identity);
}

// arn:aws:iam::A:user/path/name of the caller's own account.
base::Result<EntityRef> entity_of(const Scope& scope, const std::string& arn) {
  const auto prefix = model::iam_arn(scope.caller.account, "");
  for (std::size_t i = 0; arn.starts_with(prefix) && i < model::kEntityKindNames.size(); ++i) {
    const auto kind = static_cast<model::EntityKind>(i);
    if (std::string_view(arn).substr(prefix.size()).starts_with(std::string(model::name(kind)) + "/")) {
      return EntityRef{.kind = kind, .name = policy_name(arn)};
    }
  }
  return base::fail(Errc::invalid_input,
                    "Invalid Entity Arn: " + arn + " does not clearly define entity type and name.");
}

struct Tried {
  policy::Principal principal;
  policy::Policies policies;
};

policy::Principal principal_by(const model::Entity& entity) {
  const bool role = entity.kind == model::EntityKind::role;
  return {.kind = role ? policy::Principal::Kind::role : policy::Principal::Kind::user,
          .account = entity.account.text(),
          .arn = entity.arn(),
          .role_arn = role ? entity.arn() : std::string(),
          .unique_id = entity.id};
}

policy::Principal principal_by(const model::AccountId& account, const std::string& arn) {
  auto kind = policy::Principal::Kind::user;
  if (arn.ends_with(":root")) kind = policy::Principal::Kind::root;
  if (arn.contains(":role/") || arn.contains(":assumed-role/")) kind = policy::Principal::Kind::role;
  const auto parts = base::split(arn, ':');
  const bool complete = parts.size() > 4 && !parts[4].empty();
  return {.kind = kind,
          .account = complete ? std::string(parts[4]) : account.text(),
          .arn = arn,
          .role_arn = arn.contains(":role/") ? arn : std::string(),
          .unique_id = {}};
}

base::Result<void> add_kept(meta::Tx& tx, const model::Entity& entity, Tried& tried) {
  BERTH_TRY(const auto facts, tx.authorization().principal_facts(entity.id));
  for (const auto& policy : facts->policies) {
    BERTH_TRY(auto attached, kept(policy));
    if (attached) tried.policies.identity.push_back(*std::move(attached));
  }
  if (facts->boundary) {
    BERTH_TRY(tried.policies.boundary, kept(*facts->boundary));
  }
  if (entity.service) return {};  // service control policies do not bound what a service does
  BERTH_TRY(const auto account, tx.authorization().service_control(entity.account));
  for (const auto& level : account.service_control) {
    auto& attached = tried.policies.service_control.emplace_back();
    for (const auto& policy : level) {
      BERTH_TRY(auto one, kept(policy.id, policy.document, policy::Kind::service_control));
      attached.push_back(std::move(one));
    }
  }
  return {};
}

base::Result<void> add_given(const Simulation& simulation, Tried& tried) {
  for (std::size_t i = 0; i < simulation.documents.size(); ++i) {
    const auto name = "PolicyInputList." + std::to_string(i + 1);
    BERTH_TRY(auto one, given(name, simulation.documents[i], policy::Kind::identity));
    tried.policies.identity.push_back(std::move(one));
  }
  if (simulation.boundary) {
    BERTH_TRY(tried.policies.boundary,
              given("PermissionsBoundaryPolicyInputList.1", *simulation.boundary, policy::Kind::identity));
  }
  if (simulation.resource_policy) {
    BERTH_TRY(auto one, given("ResourcePolicy", *simulation.resource_policy, policy::Kind::repository));
    tried.policies.resource.push_back(std::move(one));
  }
  return {};
}

// As the documents spell them, sorted.
std::set<std::string> keys_of(const policy::Policies& policies) {
  std::set<std::string> keys;
  const auto add = [&](const Attached& one) {
    for (auto& key : policy::context_keys(*one.document)) keys.insert(std::move(key));
  };
  std::ranges::for_each(policies.identity, add);
  std::ranges::for_each(policies.resource, add);
  for (const auto& level : policies.service_control) std::ranges::for_each(level, add);
  if (policies.boundary) add(*policies.boundary);
  return keys;
}

base::Result<void> check(const Simulation& simulation) {
  if (simulation.actions.empty() || simulation.resources.empty()) {
    return base::fail(Errc::invalid_input, "A simulation needs an action and a resource.");
  }
  if (simulation.actions.size() * simulation.resources.size() > kMaxDecisions) {
    return base::fail(Errc::invalid_input, "A simulation of more than 10000 decisions.");
  }
  for (const auto& action : simulation.actions) {
    const auto colon = action.find(':');
    if (colon == std::string::npos || colon == 0 || colon + 1 == action.size() || action.contains('*')) {
      return base::fail(Errc::invalid_input, "Invalid Action: " + action);
    }
  }
  return {};
}

base::Result<std::string> owner_of(const Scope& scope, const Simulation& simulation) {
  if (!simulation.resource_owner) return scope.caller.account.text();
  const auto parts = base::split(*simulation.resource_owner, ':');
  const auto id = parts.size() == 6 ? parts[4] : std::string_view(*simulation.resource_owner);
  if (const auto account = model::AccountId::parse(id)) return account->text();
  return base::fail(Errc::invalid_input, "Invalid ResourceOwner: " + *simulation.resource_owner);
}

base::Result<std::vector<SimulatedDecision>> run(const Scope& scope, const Simulation& simulation, Tried tried) {
  if (simulation.caller) tried.principal = principal_by(scope.caller.account, *simulation.caller);
  BERTH_TRY(const auto owner, owner_of(scope, simulation));
  std::vector<std::string> missing;
  for (const auto& key : keys_of(tried.policies)) {
    if (!simulation.context.find(key)) missing.push_back(key);
  }
  std::vector<SimulatedDecision> decisions;
  for (const auto& action : simulation.actions) {
    for (const auto& resource : simulation.resources) {
      auto decision = policy::decide({.principal = tried.principal,
                                      .action = action,
                                      .resource = resource,
                                      .resource_account = owner,
                                      .context = simulation.context},
                                     tried.policies);
      decisions.push_back(
          {.action = action, .resource = resource, .decision = std::move(decision), .missing_context = missing});
    }
  }
  return decisions;
}

std::vector<std::string> sorted(const policy::Policies& policies) {
  const auto keys = keys_of(policies);
  return {keys.begin(), keys.end()};
}

// Reads a principal of the caller's account with what hangs on it.
base::Result<Tried> read_principal(const Core& core, const Scope& scope, const EntityRef& ref) {
  return core.store.read(scope.deadline, [&](meta::Tx& tx) -> base::Result<Tried> {
    BERTH_TRY(const auto entity, find_entity(tx, scope.caller.account, ref));
    Tried tried{.principal = principal_by(entity), .policies = {}};
    BERTH_CHECK(add_kept(tx, entity, tried));
    return tried;
  });
}

}  // namespace

base::Result<std::vector<SimulatedDecision>> SimulationService::principal(const Scope& scope,
                                                                          const std::string& principal,
                                                                          const Simulation& simulation) {
  const auto ref = entity_of(scope, principal);
  BERTH_CHECK(ref ? require_entity(core_, scope, "iam:SimulatePrincipalPolicy", *ref)
                  : require_any(core_, scope, "iam:SimulatePrincipalPolicy"));
  if (!ref) return std::unexpected(ref.error());
  BERTH_CHECK(check(simulation));
  BERTH_TRY(auto tried, read_principal(core_, scope, *ref));
  BERTH_CHECK(add_given(simulation, tried));
  return run(scope, simulation, std::move(tried));
}

base::Result<std::vector<SimulatedDecision>> SimulationService::custom(const Scope& scope,
                                                                       const Simulation& simulation) {
  BERTH_CHECK(require_any(core_, scope, "iam:SimulateCustomPolicy"));
  BERTH_CHECK(check(simulation));
  const auto& account = scope.caller.account;
  Tried tried{.principal = principal_by(account, model::iam_arn(account, "user/simulated")), .policies = {}};
  BERTH_CHECK(add_given(simulation, tried));
  return run(scope, simulation, std::move(tried));
}

base::Result<std::vector<std::string>> SimulationService::context_keys(const Scope& scope,
                                                                       const std::vector<std::string>& documents) {
  BERTH_CHECK(require_any(core_, scope, "iam:GetContextKeysForCustomPolicy"));
  Tried tried{.principal = {}, .policies = {}};
  BERTH_CHECK(add_given({.documents = documents}, tried));
  return sorted(tried.policies);
}

base::Result<std::vector<std::string>> SimulationService::principal_context_keys(
    const Scope& scope, const std::string& principal, const std::vector<std::string>& documents) {
  const auto ref = entity_of(scope, principal);
  BERTH_CHECK(ref ? require_entity(core_, scope, "iam:GetContextKeysForPrincipalPolicy", *ref)
                  : require_any(core_, scope, "iam:GetContextKeysForPrincipalPolicy"));
  if (!ref) return std::unexpected(ref.error());
  BERTH_TRY(auto tried, read_principal(core_, scope, *ref));
  BERTH_CHECK(add_given({.documents = documents}, tried));
  return sorted(tried.policies);
}

}  // namespace berth::service::iam
