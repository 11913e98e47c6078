#include "auth/policy_authorizer.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "auth/context_keys.h"

namespace berth::auth {
namespace {

using policy::Attached;

constexpr std::string_view kLongTermKey = "AKIA";

bool has_account(CallerKind kind) {
  switch (kind) {
    case CallerKind::root:
    case CallerKind::user:
    case CallerKind::role:
    case CallerKind::federated: return true;
    case CallerKind::service:
    case CallerKind::anonymous:
    case CallerKind::web_identity: return false;
  }
  std::unreachable();
}

policy::Principal::Kind kind_of(CallerKind kind) {
  using enum policy::Principal::Kind;
  switch (kind) {
    case CallerKind::root: return root;
    case CallerKind::user:
    case CallerKind::federated: return user;
    case CallerKind::role: return role;
    case CallerKind::service: return service;
    case CallerKind::anonymous: return anonymous;
    case CallerKind::web_identity: return federated;
  }
  std::unreachable();
}

policy::Principal principal_of(const Caller& caller, const Facts& facts) {
  policy::Principal principal{.kind = kind_of(caller.kind),
                              .account = has_account(caller.kind) ? caller.account.text() : std::string(),
                              .arn = caller.arn,
                              .role_arn = caller.role_arn,
                              .unique_id = caller.entity_id,
                              .provider = caller.session ? caller.session->provider : std::string()};
  // A federated user is the user that made it, under another name.
  if (caller.kind == CallerKind::federated && facts.principal) principal.role_arn = facts.principal->arn;
  return principal;
}

// Whether the one who signed, or got the token, still is who it was.
bool alive(const Caller& caller, const Facts& facts) {
  if (!has_account(caller.kind)) return true;
  if (!facts.caller_account || !facts.caller_account->active) return false;
  if (caller.entity_id.empty()) return true;
  if (!facts.principal || facts.principal->entity.account != caller.account) return false;
  if (!caller.access_key_id.starts_with(kLongTermKey)) return true;
  const auto key = facts.principal->access_keys.find(caller.access_key_id);
  return key != facts.principal->access_keys.end() && key->second;
}

bool service_linked(const Facts& facts) { return facts.principal && facts.principal->entity.service.has_value(); }

// GetAuthorizationToken comes from identity policies only; every call that the token is for asks again.
bool registry_policy_counts(const Question& question, const RegistryView& registry) {
  if (question.action == name(Action::get_authorization_token)) return false;
  return registry.enforces_all_actions ||
         std::ranges::any_of(kRegistryPolicyV1, [&](Action each) { return question.action == name(each); });
}

std::vector<Attached> resource_policies(const Question& question, const Facts& facts) {
  std::vector<Attached> policies;
  const auto& resource = question.resource;
  if (resource.policy) {
    policies.push_back(
        {.document = resource.policy, .name = resource.in_repository ? "repository policy" : "trust policy"});
  } else if (facts.repository && facts.repository->policy) {
    policies.push_back(*facts.repository->policy);
  }
  if (facts.registry && facts.registry->policy && registry_policy_counts(question, *facts.registry)) {
    policies.push_back(*facts.registry->policy);
  }
  return policies;
}

policy::Policies policies_of(const Question& question, Facts& facts) {
  const auto& caller = question.caller;
  policy::Policies policies;
  if (facts.principal) {
    policies.identity = facts.principal->identity;
    policies.boundary = facts.principal->boundary;
  }
  // Without session policies a federated user may do nothing by the user's own ("GetFederationToken").
  policies.session_bounded = !facts.session.empty() || caller.kind == CallerKind::federated;
  policies.session = std::move(facts.session);
  if (facts.caller_account && has_account(caller.kind) && !service_linked(facts)) {
    policies.service_control = facts.caller_account->service_control;
  }
  policies.resource = resource_policies(question, facts);
  const auto& via = question.origin.endpoint;
  if (via && via->policy) policies.endpoint = Attached{.document = via->policy, .name = via->vpce};
  return policies;
}

// What, besides caller, action and resource, selects policies.
std::string scope_of(const Question& question) {
  std::string scope = question.resource.owner.text();
  if (question.resource.in_registry) scope.append("/").append(question.resource.in_registry->region.text());
  const auto& via = question.origin.endpoint;
  if (!via) return scope;
  // An endpoint has a policy for each door; both live as long as the server.
  scope.append("/").append(via->vpce).append("/");
  return scope.append(std::to_string(reinterpret_cast<std::uintptr_t>(via->policy.get())));
}

}  // namespace

base::Result<PolicyAuthorizer::Asked> PolicyAuthorizer::ask(const Question& question) const {
  const auto& resource = question.resource;
  BERTH_TRY(auto facts, facts_.find({.caller = question.caller,
                                     .owner = resource.owner,
                                     .registry = resource.in_registry,
                                     .repository = resource.in_repository},
                                    question.deadline));
  policy::Request request{.principal = principal_of(question.caller, facts),
                          .action = std::string(question.action),
                          .resource = resource.arn,
                          .resource_account = resource.owner.text(),
                          .context = context_keys(question, facts, clock_.now())};
  const bool open = facts.resource_account && facts.resource_account->active;  // a closed account's things are nobody's
  const bool is_alive = open && alive(question.caller, facts);
  return Asked{.facts = std::move(facts), .request = std::move(request), .alive = is_alive};
}

base::Result<Explained> PolicyAuthorizer::explain(const Question& question) const {
  BERTH_TRY(auto asked, ask(question));
  Explained explained{.request = std::move(asked.request), .policies = {}, .decision = {}};
  if (!asked.alive) return explained;
  explained.policies = policies_of(question, asked.facts);
  explained.decision = policy::decide(explained.request, explained.policies);
  return explained;
}

base::Result<policy::Decision> PolicyAuthorizer::decide(const Question& question) const {
  BERTH_TRY(auto explained, explain(question));
  return std::move(explained.decision);
}

std::shared_ptr<const policy::Decision> PolicyAuthorizer::decide_cached(const Question& question, Asked& asked) const {
  const auto& caller = question.caller;
  auto principal = caller.arn + "\n" + caller.entity_id + "\n" + caller.access_key_id;
  // The few random bits of a temporary key's id are not to tell one session's bounds from another's alone.
  if (caller.session) principal += "\n" + std::to_string(base::to_micros(caller.session->issued));
  const auto scope = scope_of(question);
  const policy::CachedQuestion cached{.version = static_cast<std::uint64_t>(asked.facts.version),
                                      .principal = principal,
                                      .action = question.action,
                                      .resource = question.resource.arn,
                                      .scope = scope,
                                      .context = asked.request.context};
  // A policy that is not stored is not of this version.
  const bool stored = question.resource.policy == nullptr;
  if (stored) {
    if (auto known = decisions_.find(cached)) return known;
  }
  const auto policies = policies_of(question, asked.facts);
  auto made = std::make_shared<const policy::Decision>(policy::decide(asked.request, policies));
  const bool lasts = stored && decisions_.put(cached, policies, made);
  if (!lasts) base::lasts_only_now(question.lasting);
  return made;
}

base::Result<void> PolicyAuthorizer::require(const Question& question) const {
  BERTH_TRY(auto asked, ask(question));
  const auto decision = asked.alive ? decide_cached(question, asked) : std::make_shared<const policy::Decision>();
  if (decision->allowed()) return {};
  return base::fail(base::Errc::access_denied, policy::denial(asked.request, *decision));
}

base::Result<void> PolicyAuthorizer::require_alive(const Caller& caller) const {
  constexpr std::chrono::seconds kWait(10);  // as for the look-up of a key
  BERTH_TRY(const auto facts, facts_.find({.caller = caller}, base::Deadline::after(kWait)));
  if (alive(caller, facts)) return {};
  return base::fail(base::Errc::access_denied, "The principal of these credentials is no more, or not active");
}

}  // namespace berth::auth
