// Source: "Troubleshoot access denied error messages" of the IAM User Guide.
#include "base/text.h"
#include "policy/decide.h"

namespace berth::policy {
namespace {

// "... because no X allows the A action", "... with an explicit deny in Y".
struct Words {
  std::string_view silent, denied;
};

Words words_of(Source source, bool trust) {
  switch (source) {
    case Source::identity: return {"identity-based policy", "an identity-based policy"};
    case Source::boundary: return {"permissions boundary", "a permissions boundary"};
    case Source::session: return {"session policy", "a session policy"};
    case Source::service_control: return {"service control policy", "a service control policy"};
    case Source::resource:
      if (trust) return {"role trust policy", "the role trust policy"};
      return {"resource-based policy", "a resource-based policy"};
    case Source::endpoint: return {"VPC endpoint policy", "a VPC endpoint policy"};
  }
  return {};
}

}  // namespace

std::string_view name(Source source) {
  switch (source) {
    case Source::identity: return "identity";
    case Source::boundary: return "boundary";
    case Source::session: return "session";
    case Source::service_control: return "service_control";
    case Source::resource: return "resource";
    case Source::endpoint: return "endpoint";
  }
  return "";
}

std::string_view name(Outcome outcome) {
  switch (outcome) {
    case Outcome::allowed: return "allowed";
    case Outcome::explicit_deny: return "explicit_deny";
    case Outcome::implicit_deny: return "implicit_deny";
  }
  return "";
}

std::string denial(const Request& request, const Decision& decision) {
  const std::string folded = base::to_lower(request.action);
  const bool trust =
      folded.starts_with("sts:assumerole") || folded == "sts:tagsession" || folded == "sts:setsourceidentity";
  // A web identity has no name before it has assumed a role.
  if (request.principal.kind == Principal::Kind::federated) return "Not authorized to perform " + request.action;
  const std::string_view who =
      request.principal.kind == Principal::Kind::anonymous ? "anonymous" : std::string_view(request.principal.arn);
  std::string out = "User: ";
  out.append(who).append(" is not authorized to perform: ").append(request.action);
  out.append(" on resource: ").append(request.resource);
  const Words words = words_of(decision.by, trust);
  if (decision.outcome == Outcome::explicit_deny) {
    return out.append(" with an explicit deny in ").append(words.denied);
  }
  out.append(" because no ").append(words.silent).append(" allows the ").append(request.action).append(" action");
  return out;
}

}  // namespace berth::policy
