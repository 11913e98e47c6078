// AssumeRoleWithWebIdentity. Source: STS API reference; "OIDC federation", "Create an OpenID Connect identity provider"
// and "Available keys for AWS OIDC federation" of the IAM User Guide.
#include <algorithm>
#include <utility>

#include "auth/web_identity.h"
#include "base/text.h"
#include "service/iam/provider_url.h"
#include "service/iam/session_request.h"
#include "service/iam/sts_service.h"

namespace berth::service::iam {
namespace {

using base::Errc;
using base::fail;
using base::Result;

// The role, and the provider of its account that made the token.
struct Parties {
  std::optional<model::Entity> role;
  std::optional<model::OidcProvider> provider;
};

Result<Parties> find_parties(meta::Tx& tx, const RoleArn& arn, const std::string& provider_arn) {
  BERTH_TRY(auto role, find_role(tx, arn));
  BERTH_TRY(auto provider, tx.oidc_providers().find(provider_arn));
  return Parties{.role = std::move(role), .provider = std::move(provider)};
}

// Every claim that a condition key can have: "token.actions.githubusercontent.com:repository". Condition keys know no
// case and claims do, so a claim "Sub" must not pass for "sub": of several spellings the one in lower case counts.
policy::Context claim_context(const std::string& provider, const auth::WebIdentityToken& token,
                              const auth::WebIdentity& identity) {
  policy::Context context;
  for (const auto& [name, value] : *token.claims.as_object()) {
    const auto folded = base::to_lower(name);
    if (folded != name && token.claims.find(folded) != nullptr) continue;
    std::string key = provider;
    key.append(":").append(folded);
    context.set(key, auth::claim_values(token.claims, name));
  }
  context.set(provider + ":oaud", auth::claim_values(token.claims, "aud"));
  context.set(provider + ":aud", identity.audiences);
  context.set(provider + ":sub", identity.subject);
  return context;
}

// Session tags and a source identity that the issuer put into the token ("Pass session tags in AWS STS").
Result<SessionMarks> marks_of(const auth::WebIdentityToken& token) {
  const auto malformed = [] { return fail(Errc::identity_token_invalid, "The tags of the ID Token are malformed"); };
  std::vector<model::ResourceTag> tags;
  std::vector<std::string> transitive;
  if (const auto* const claim = token.claims.find("https://aws.amazon.com/tags")) {
    const auto* const principal = claim->find("principal_tags");
    if (principal == nullptr || principal->as_object() == nullptr) return malformed();
    for (const auto& [key, value] : *principal->as_object()) {
      const auto values = auth::claim_values(*principal, key);
      if (values.size() != 1) return malformed();
      tags.push_back({.key = key, .value = values.front()});
    }
    transitive = auth::claim_values(*claim, "transitive_tag_keys");
  }
  std::optional<std::string> source;
  if (const auto* const text = token.claims.find_string("https://aws.amazon.com/source_identity")) source = *text;
  return session_marks(auth::Caller::anonymous(), tags, transitive, source);
}

Result<void> require_all(const Core& core, const Scope& scope, const RoleArn& arn,
                         const std::optional<model::Entity>& role, const SessionMarks& marks,
                         const policy::Context& context) {
  const auto require = [&](std::string_view action) -> Result<void> {
    auto allowed = require_trust(core, scope, action, arn, role, context);
    if (allowed || allowed.error().code != Errc::access_denied) return allowed;
    return fail(Errc::access_denied, "Not authorized to perform " + std::string(action));
  };
  BERTH_CHECK(require("sts:AssumeRoleWithWebIdentity"));
  if (!marks.requested.empty()) BERTH_CHECK(require("sts:TagSession"));
  if (!marks.source_identity.empty()) BERTH_CHECK(require("sts:SetSourceIdentity"));
  return {};
}

}  // namespace

Result<IssuedToWebIdentity> TokenService::assume_role_with_web_identity(const Scope& scope,
                                                                        const AssumeRoleWithWebIdentity& command) {
  const auto& core = parts_.core;
  BERTH_TRY(const auto token, auth::WebIdentityToken::parse(command.token.reveal()));
  BERTH_TRY(const auto arn, RoleArn::parse(command.role_arn));
  const auto unknown = [&] {
    return fail(Errc::identity_token_invalid,
                "No OpenIDConnect provider found in your account for " + base::escape_controls(token.issuer));
  };
  const auto url = provider_url(token.issuer);
  if (!url) return unknown();
  const auto provider_arn = "arn:aws:iam::" + arn.account.text() + ":oidc-provider/" + *url;
  BERTH_TRY(const auto parties,
            core.store.read(scope.deadline, [&](meta::Tx& tx) { return find_parties(tx, arn, provider_arn); }));
  if (!parties.provider) return unknown();
  BERTH_TRY(const auto identity,
            auth::check_claims(
                token, {.issuer = token.issuer, .client_ids = parties.provider->client_ids, .now = core.clock.now()}));
  BERTH_CHECK(parts_.keys.verify(token, scope.deadline));

  // From here on the token is proven. Who asks is it, not who signed the call.
  const Scope asking{.caller = auth::Caller::web_identity(provider_arn, identity.audiences.front(), identity.subject),
                     .request_id = scope.request_id,
                     .deadline = scope.deadline,
                     .origin = scope.origin};
  BERTH_TRY(auto marks, marks_of(token));
  auto context = claim_context(*url, token, identity);
  context.add(session_context(command.session_name, marks));
  BERTH_CHECK(require_all(core, asking, arn, parties.role, marks, context));
  const auto seconds = command.seconds.value_or(3'600);
  if (seconds < 900 || seconds > parties.role->max_session_seconds) {
    return fail(Errc::validation, "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
  }
  BERTH_CHECK(check_bounds(command.bounds));
  BERTH_CHECK(
      core.store.read(scope.deadline, [&](meta::Tx& tx) { return check_bound_arns(tx, command.bounds, arn.account); }));
  const bool bounded = command.bounds.policy || !command.bounds.policy_arns.empty() || !marks.tags.empty();
  BERTH_TRY(auto issued, issue(role_caller({.role = *parties.role,
                                            .session_name = command.session_name,
                                            .seconds = seconds,
                                            .bounds = command.bounds,
                                            .marks = std::move(marks),
                                            .provider = provider_arn},
                                           core.clock.now()),
                               bounded));
  mark_role_used(core, *parties.role, command.region);
  return IssuedToWebIdentity{.issued = std::move(issued),
                             .subject = identity.subject,
                             .audience = identity.audiences.front(),
                             .provider = provider_arn};
}

}  // namespace berth::service::iam
