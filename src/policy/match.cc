#include "policy/match.h"

#include <algorithm>

namespace berth::policy::detail {
namespace {

using Entry = PrincipalEntry::Kind;

Grant grant_of(const PrincipalEntry& entry, const Principal& principal) {
  const auto if_same = [&entry](const std::string& text, Grant grant) {
    return !text.empty() && entry.value == text ? grant : Grant::none;
  };
  switch (entry.kind) {
    case Entry::anyone: return Grant::direct;
    case Entry::account:
      return if_same(principal.account, principal.kind == Principal::Kind::root ? Grant::direct : Grant::account);
    case Entry::user:
      return std::max(if_same(principal.arn, Grant::direct), if_same(principal.role_arn, Grant::entity));
    case Entry::role: return if_same(principal.role_arn, Grant::entity);
    case Entry::session: return if_same(principal.arn, Grant::direct);
    case Entry::unique_id:
      return if_same(principal.unique_id, principal.role_arn.empty() ? Grant::direct : Grant::entity);
    case Entry::service:
      return if_same(principal.arn, principal.kind == Principal::Kind::service ? Grant::direct : Grant::none);
    case Entry::federated: return if_same(principal.provider, Grant::direct);
    case Entry::canonical_user: return Grant::none;
  }
  return Grant::none;
}

template <class F>
void each_entry(const Principals& principals, F f) {
  for (const PrincipalGroup& group : principals.groups) {
    for (const PrincipalEntry& entry : group.entries) f(entry);
  }
}

// Whether NotPrincipal spares the principal: it must be named on each of its levels.
bool spares(const Principals& principals, const Principal& principal) {
  if (principals.star) return true;
  bool account = false;
  bool entity = false;
  bool self = false;
  each_entry(principals, [&](const PrincipalEntry& entry) {
    switch (grant_of(entry, principal)) {
      case Grant::none: break;
      case Grant::account: account = true; break;
      case Grant::entity: entity = true; break;
      case Grant::direct: (entry.kind == Entry::anyone ? account = entity = self = true : self = true); break;
    }
  });
  switch (principal.kind) {
    case Principal::Kind::user: return account && self && (entity || principal.role_arn.empty());
    case Principal::Kind::role: return account && entity && self;
    case Principal::Kind::root:
    case Principal::Kind::federated:
    case Principal::Kind::service:
    case Principal::Kind::anonymous: return self;
  }
  return false;
}

// "*" invites everybody who has signed. Who has not must be meant, and who comes for others must be named.
bool may_be_anyone(const Statement& statement, const Principal& principal) {
  switch (principal.kind) {
    case Principal::Kind::root:
    case Principal::Kind::user:
    case Principal::Kind::role: return true;
    case Principal::Kind::federated:
    case Principal::Kind::service: return statement.deny;
    case Principal::Kind::anonymous: return statement.deny || statement.names_anonymous;
  }
  return false;
}

bool any_operand(const ConditionKey& condition, std::string_view value, const Context& context) {
  return std::ranges::any_of(condition.operands, [&](const Operand& operand) {
    return compare(condition.op.comparison, operand, value, context);
  });
}

// "Not present means that any attempt to match it fails and causes the statement to be invalid": what is compared with
// a variable without value is not known to differ from it. Such a statement allows nothing; a denial stands.
bool unresolved(const ConditionKey& condition, const Context& context) {
  return std::ranges::any_of(condition.operands,
                             [&context](const Operand& operand) { return !operand.pattern.resolves(context); });
}

// Set operators count empty text as nothing.
bool has_value(const std::vector<std::string>& values) {
  return std::ranges::any_of(values, [](const std::string& value) { return !value.empty(); });
}

bool holds(const ConditionKey& condition, const Context& context, bool deny) {
  const std::vector<std::string>* values = context.find(condition.key);
  const Operator& op = condition.op;
  if (op.comparison == Comparison::null) {
    return any_operand(condition, values == nullptr ? "true" : "false", context);
  }
  if (op.quantifier != Quantifier::none && values != nullptr && !has_value(*values)) values = nullptr;
  if (values == nullptr) {
    if (op.if_exists) return true;
    if (op.quantifier == Quantifier::none) return op.negated;
    return op.quantifier == Quantifier::all;
  }
  if (op.negated && !deny && unresolved(condition, context)) return false;
  const auto compares = [&](const std::string& value) { return any_operand(condition, value, context) != op.negated; };
  switch (op.quantifier) {
    case Quantifier::all: return std::ranges::all_of(*values, compares);
    case Quantifier::any: return std::ranges::any_of(*values, compares);
    // Of several values one must compare, or with a negated operator none.
    case Quantifier::none:
      return op.negated ? std::ranges::all_of(*values, compares) : std::ranges::any_of(*values, compares);
  }
  return false;
}

}  // namespace

Grant grant_of(const Statement& statement, const Principal& principal, bool filters) {
  if (!statement.principals) return Grant::none;
  const Principals& principals = *statement.principals;
  if (principals.negated) return spares(principals, principal) ? Grant::none : Grant::direct;
  const bool anyone = filters || may_be_anyone(statement, principal);
  Grant best = principals.star && anyone ? Grant::direct : Grant::none;
  each_entry(principals, [&](const PrincipalEntry& entry) {
    if (entry.kind == Entry::anyone && !anyone) return;
    best = std::max(best, grant_of(entry, principal));
  });
  return best;
}

bool conditions_hold(const Statement& statement, const Context& context) {
  return std::ranges::all_of(statement.conditions,
                             [&](const ConditionKey& each) { return holds(each, context, statement.deny); });
}

bool resource_matches(const Statement& statement, const Request& request) {
  if (!statement.resources.present) return true;
  const bool matches = std::ranges::any_of(statement.resources.patterns, [&request](const Pattern& pattern) {
    return pattern.matches(request.resource, request.context);
  });
  if (!statement.resources.negated) return matches;
  const auto resolves = [&request](const Pattern& pattern) { return pattern.resolves(request.context); };
  return !matches && (statement.deny || std::ranges::all_of(statement.resources.patterns, resolves));
}

}  // namespace berth::policy::detail
