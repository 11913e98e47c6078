#include "policy/decide.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "policy/match.h"
#include "policy/parsed.h"

namespace berth::policy {
namespace {

using detail::Grant;

// A statement that applies, before it is told to anybody.
struct Hit {
  Source source;
  const Attached* policy;
  std::uint32_t statement;
  Grant grant;
  bool deny;
};

// All statements that apply, and what they come to for each kind of policy.
class Evaluation {
 public:
  explicit Evaluation(const Request& request) : request_(request), action_(base::to_lower(request.action)) {}

  void add(Source source, const std::vector<Attached>& policies) {
    for (const Attached& each : policies) add(source, each);
  }
  void add(Source source, const std::optional<Attached>& policy) {
    if (policy) add(source, *policy);
  }
  // Answers whether a statement of it allows.
  bool add(Source source, const Attached& policy);

  bool allows(Source source) const { return allows_[static_cast<std::size_t>(source)]; }
  bool denies(Source source) const { return denies_[static_cast<std::size_t>(source)]; }
  Grant grant() const { return grant_; }
  std::vector<Match> matches(bool deny, Grant least) const;

 private:
  static constexpr std::size_t kSources = 6;

  const Request& request_;
  std::string action_;  // lower case
  detail::Numbers candidates_;
  std::vector<Hit> hits_;
  std::array<bool, kSources> allows_{};
  std::array<bool, kSources> denies_{};
  Grant grant_ = Grant::none;  // the closest of the resource policies
};

// Whether policies of this kind say whom they are about. An identity policy is about whom it hangs on.
bool names_principals(Kind kind) {
  switch (kind) {
    case Kind::identity:
    case Kind::service_control: return false;
    case Kind::trust:
    case Kind::repository:
    case Kind::public_repository:
    case Kind::registry:
    case Kind::endpoint: return true;
  }
  return true;
}

bool Evaluation::add(Source source, const Attached& policy) {
  const detail::Parsed& document = policy.document->parsed();
  const bool names = names_principals(document.kind);
  bool allows = false;
  candidates_.reset(document.statements.size());
  document.by_action.find(action_, document.statements, candidates_);
  candidates_.each([&](std::uint32_t index) {
    const detail::Verdict verdict = document.by_resource.matches(index, request_.resource);
    if (verdict == detail::Verdict::no) return;
    const detail::Statement& statement = document.statements[index];
    if (verdict == detail::Verdict::ask && !detail::resource_matches(statement, request_)) return;
    const Grant grant =
        names ? detail::grant_of(statement, request_.principal, source == Source::endpoint) : Grant::direct;
    if (grant == Grant::none || !detail::conditions_hold(statement, request_.context)) return;
    hits_.push_back({source, &policy, index, grant, statement.deny});
    if (statement.deny) {
      denies_[static_cast<std::size_t>(source)] = true;
    } else {
      allows = true;
      allows_[static_cast<std::size_t>(source)] = true;
      if (source == Source::resource) grant_ = std::max(grant_, grant);
    }
  });
  return allows;
}

std::vector<Match> Evaluation::matches(bool deny, Grant least) const {
  std::vector<Match> out;
  for (const Hit& hit : hits_) {
    if (hit.deny != deny || (hit.source == Source::resource && hit.grant < least)) continue;
    const detail::Statement& statement = hit.policy->document->parsed().statements[hit.statement];
    out.push_back({.source = hit.source,
                   .policy = hit.policy->name,
                   .statement = hit.statement,
                   .sid = statement.sid.value_or(""),
                   .deny = hit.deny});
  }
  return out;
}

// What identity and resource policies come to before boundaries.
struct Core {
  bool allowed = false;
  Source by = Source::identity;  // if not
  bool bounded = true;           // by boundary and session policies
  Grant least = Grant::account;  // of resource policies that had a say
};

Core need(bool identity, Source by) { return {.allowed = identity, .by = by}; }

Core within_account(const Evaluation& all, bool root, bool trust) {
  if (trust) {
    if (all.grant() == Grant::none) return need(false, Source::resource);
    if (all.grant() == Grant::account) return need(root || all.allows(Source::identity), Source::identity);
    return {.allowed = true, .bounded = all.grant() != Grant::direct};
  }
  // Who names the account leaves it to the account.
  const bool named = all.grant() >= Grant::entity;
  return {.allowed = root || named || all.allows(Source::identity),
          .by = Source::identity,
          .bounded = all.grant() != Grant::direct,
          .least = Grant::entity};
}

Core core(const Request& request, const Evaluation& all, bool trust) {
  const Principal& principal = request.principal;
  const bool root = principal.kind == Principal::Kind::root;
  switch (principal.kind) {
    case Principal::Kind::federated:
    case Principal::Kind::service:
    case Principal::Kind::anonymous: return need(all.grant() != Grant::none, Source::resource);
    case Principal::Kind::root:
    case Principal::Kind::user:
    case Principal::Kind::role: break;
  }
  if (!principal.account.empty() && principal.account == request.resource_account) {
    return within_account(all, root, trust);
  }
  if (!root && !all.allows(Source::identity)) return need(false, Source::identity);
  return need(all.grant() != Grant::none, Source::resource);
}

Decision silent(Source by) { return {.outcome = Outcome::implicit_deny, .by = by, .matches = {}}; }

}  // namespace

Decision decide(const Request& request, const Policies& policies) {
  Evaluation all(request);
  all.add(Source::endpoint, policies.endpoint);
  bool every_level = true;
  for (const std::vector<Attached>& level : policies.service_control) {
    bool allows = false;
    for (const Attached& each : level) allows |= all.add(Source::service_control, each);
    every_level &= allows;
  }
  all.add(Source::resource, policies.resource);
  all.add(Source::identity, policies.identity);
  all.add(Source::boundary, policies.boundary);
  all.add(Source::session, policies.session);

  for (const Source source : {Source::endpoint, Source::service_control, Source::resource, Source::identity,
                              Source::boundary, Source::session}) {
    if (!all.denies(source)) continue;
    return {.outcome = Outcome::explicit_deny, .by = source, .matches = all.matches(true, Grant::none)};
  }

  const bool trust =
      std::ranges::any_of(policies.resource, [](const Attached& each) { return each.document->kind() == Kind::trust; });
  if (policies.endpoint && !all.allows(Source::endpoint)) return silent(Source::endpoint);
  if (!every_level) return silent(Source::service_control);
  const Core result = core(request, all, trust);
  if (!result.allowed) return silent(result.by);
  if (result.bounded && policies.boundary && !all.allows(Source::boundary)) return silent(Source::boundary);
  if (result.bounded && policies.session_bounded && !all.allows(Source::session)) return silent(Source::session);
  return {.outcome = Outcome::allowed, .by = Source::identity, .matches = all.matches(false, result.least)};
}

}  // namespace berth::policy
