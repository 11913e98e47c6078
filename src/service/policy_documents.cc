#include "service/policy_documents.h"

#include "base/text.h"

namespace berth::service {

// ECR says only the first half; Terraform waits and tries again on that.
std::unexpected<base::Error> refuse_policy(policy::Kind kind, const std::string& why) {
  const std::string_view what = kind == policy::Kind::registry ? "registry" : "repository";
  std::string text = "Invalid ";
  text.append(what).append(" policy provided");
  return base::fail(base::Errc::invalid_parameter,
                    base::parameter_message("PolicyText", text) + " (" + base::escape_controls(why) + ")");
}

base::Result<PolicyDocument> parse_policy(std::string_view text, policy::Kind kind) {
  if (base::utf8_length(text) > kMaxPolicyLength) {
    return base::fail_parameter("PolicyText",
                                "Member must have length less than or equal to " + std::to_string(kMaxPolicyLength));
  }
  auto parsed = policy::Document::parse(text, kind);
  if (!parsed) return refuse_policy(kind, parsed.error().message);
  return parsed;
}

base::Result<PolicyDocument> store_policy(const Core& core, const Scope& scope, const policy::Document& given) {
  auto stored = core.store.read(scope.deadline, [&](meta::Tx& tx) { return store_principals(tx, given); });
  if (!stored && stored.error().code == base::Errc::entity_not_found) {
    return refuse_policy(given.kind(), "Principal not found: " + stored.error().message);
  }
  return stored;
}

base::Result<std::string> show_policy(meta::Tx& tx, const std::string& stored, policy::Kind kind) {
  BERTH_TRY(const auto document, policy::Document::parse(stored, kind));
  BERTH_TRY(const auto shown, show_principals(tx, *document));
  return shown->print();
}

}  // namespace berth::service
