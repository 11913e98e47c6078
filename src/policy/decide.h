// May it? The evaluation of every policy that has a say in one request.
//
// Source: "Policy evaluation logic" of the IAM User Guide; ecr.md 3.2.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/context.h"
#include "policy/document.h"

namespace berth::policy {

// What a resource policy's Principal is compared with.
struct Principal {
  enum class Kind : std::uint8_t { root, user, role, federated, service, anonymous };
  Kind kind = Kind::user;
  std::string account;     // twelve digits; of a service or nobody empty
  std::string arn;         // of the caller: ...:user/name, sts assumed-role/ROLE/SESSION; of a service its name
  std::string role_arn;    // of a role's session: the role's; of a federated user's (Kind::user): the user's
  std::string unique_id;   // AIDA..., AROA... of the entity: what a stored principal is turned into
  std::string provider{};  // of a web identity that assumes a role: its provider's ARN or name ("Federated")
};

struct Request {
  Principal principal;
  std::string action;            // "ecr:PutImage"
  std::string resource;          // an ARN, or "*"
  std::string resource_account;  // whose resource it is: the same account as the principal's, or another's
  Context context;
};

// Where a policy hangs: what AWS's text calls it.
enum class Source : std::uint8_t { identity, boundary, session, service_control, resource, endpoint };

struct Attached {
  std::shared_ptr<const Document> document;
  std::string name;  // ARN of a managed policy, name of an inline one: for the reason
};

// "identity", "boundary", "session", "service_control", "resource", "endpoint".
std::string_view name(Source source);

// Everything that has a say. What does not exist is empty.
struct Policies {
  std::vector<Attached> identity;  // of the user and its groups, or of the role
  std::optional<Attached> boundary;
  bool session_bounded = false;  // the credentials were made with session policies: one of `session` must allow
  std::vector<Attached> session;
  std::vector<std::vector<Attached>> service_control;  // by level, root first; each level must allow
  std::vector<Attached> resource;                      // repository policy, registry policy, trust policy
  std::optional<Attached> endpoint;
};

// A statement that applied to the request.
struct Match {
  Source source = Source::identity;
  std::string policy;         // Attached::name
  std::size_t statement = 0;  // from 0
  std::string sid;
  bool deny = false;
};

enum class Outcome : std::uint8_t { allowed, explicit_deny, implicit_deny };

// "allowed", "explicit_deny", "implicit_deny".
std::string_view name(Outcome outcome);

struct Decision {
  Outcome outcome = Outcome::implicit_deny;
  Source by = Source::identity;  // a denial: the kind of policy that denied, or that did not allow
  std::vector<Match> matches;    // the statements that made it: that allow, or that deny; of an implicit denial none

  bool allowed() const { return outcome == Outcome::allowed; }
};

// An explicit deny anywhere wins. Then endpoint, service control, boundary and session policies must each allow where
// they exist. Within an account identity OR resource policy suffices; across accounts both must allow. A resource
// policy that in the same account names the very user or session, or "*", is not bounded by the boundary's or session's
// silence; one that names the role is; one that names the account leaves it to the identity policies.
// A role's trust policy (Kind::trust among `resource`) must allow in any case; identity policies must too, unless it
// names the caller itself in the same account.
// An account's root needs no identity policy. A service or web identity needs a resource policy that names it. Nobody
// (anonymous) needs a statement with Principal "*" and a condition on "berth:Anonymous".
// A policy variable without value matches nothing; where not matching would let a statement allow, it does not apply.
// A denial by NotPrincipal spares only whom it names on every level: account, role and session, as AWS documents.
// Where several kinds of policy deny, `by` is the first in the order endpoint, service control, resource, identity,
// boundary, session; the silence of identity policies comes before that of resource policies.
Decision decide(const Request& request, const Policies& policies);

// AWS's text: "User: ARN is not authorized to perform: ACTION on resource: RESOURCE because no identity-based policy
// allows the ACTION action", "... with an explicit deny in a service control policy".
std::string denial(const Request& request, const Decision& decision);

}  // namespace berth::policy
