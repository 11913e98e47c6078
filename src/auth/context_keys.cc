#include "auth/context_keys.h"

#include <string>
#include <string_view>

namespace berth::auth {
namespace {

using policy::Context;

std::string iso_seconds(base::Timestamp time) { return base::to_rfc3339(time).substr(0, 19) + "Z"; }

std::int64_t epoch_seconds(base::Timestamp time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

void set_if_any(Context& context, std::string_view key, const std::string& value) {
  if (!value.empty()) context.set(key, value);
}

void set_flag(Context& context, std::string_view key, bool value) { context.set(key, value ? "true" : "false"); }

void add_network(Context& context, const Origin& origin) {
  if (origin.endpoint) {
    context.set("aws:SourceVpce", origin.endpoint->vpce);
    context.set("aws:SourceVpc", origin.endpoint->vpc);
    set_if_any(context, "aws:VpcSourceIp", origin.source_ip);
  } else {
    set_if_any(context, "aws:SourceIp", origin.source_ip);
  }
  set_flag(context, "aws:SecureTransport", origin.secure);
  set_if_any(context, "aws:UserAgent", origin.user_agent);
  set_if_any(context, "aws:Referer", origin.referer);
}

void add_time(Context& context, base::Timestamp now) {
  context.set("aws:CurrentTime", iso_seconds(now));
  context.set("aws:EpochTime", std::to_string(epoch_seconds(now)));
}

std::string_view principal_type(CallerKind kind) {
  switch (kind) {
    case CallerKind::root: return "Account";
    case CallerKind::user: return "User";
    case CallerKind::role: return "AssumedRole";
    case CallerKind::federated: return "FederatedUser";
    case CallerKind::service: return "AWSService";
    case CallerKind::anonymous: return "Anonymous";
    case CallerKind::web_identity: return "WebIdentityUser";
  }
  std::unreachable();
}

// Session tags hide a role's own of the same key.
void add_principal_tags(Context& context, const Caller& caller, const Facts& facts) {
  if (facts.principal) {
    for (const auto& tag : facts.principal->entity.tags) context.set("aws:PrincipalTag/" + tag.key, tag.value);
  }
  if (!caller.session) return;
  for (const auto& [key, value] : caller.session->tags) context.set("aws:PrincipalTag/" + key, value);
}

// Temporary credentials only: long-term ones have none of these keys.
void add_session(Context& context, const Session& session, base::Timestamp now) {
  context.set("aws:TokenIssueTime", iso_seconds(session.issued));
  set_flag(context, "aws:MultiFactorAuthPresent", session.mfa);
  if (session.mfa) {
    context.set("aws:MultiFactorAuthAge", std::to_string(epoch_seconds(now) - epoch_seconds(session.issued)));
  }
  set_if_any(context, "aws:FederatedProvider", session.provider);
  set_if_any(context, "aws:SourceIdentity", session.source_identity);
}

void add_principal(Context& context, const Caller& caller, const Facts& facts, base::Timestamp now) {
  const bool service = caller.kind == CallerKind::service;
  context.set("aws:PrincipalType", std::string(principal_type(caller.kind)));
  set_flag(context, "aws:PrincipalIsAWSService", service);
  set_flag(context, "berth:Anonymous", caller.kind == CallerKind::anonymous);
  if (caller.kind == CallerKind::anonymous) return;
  if (service) return context.set("aws:PrincipalServiceName", caller.arn);
  if (caller.kind == CallerKind::web_identity) {
    if (caller.session) set_if_any(context, "aws:FederatedProvider", caller.session->provider);
    return;
  }
  context.set("aws:PrincipalArn", caller.role_arn.empty() ? caller.arn : caller.role_arn);
  context.set("aws:PrincipalAccount", caller.account.text());
  context.set("aws:userid", caller.user_id);
  if (caller.kind == CallerKind::user && facts.principal) context.set("aws:username", facts.principal->entity.name);
  if (facts.caller_account && !facts.caller_account->organization.empty()) {
    context.set("aws:PrincipalOrgID", facts.caller_account->organization);
    context.set("aws:PrincipalOrgPaths", std::vector{facts.caller_account->organization_path});
  }
  add_principal_tags(context, caller, facts);
  if (caller.session) add_session(context, *caller.session, now);
}

void add_resource(Context& context, const Resource& resource, const Facts& facts) {
  context.set("aws:ResourceAccount", resource.owner.text());
  if (facts.resource_account && !facts.resource_account->organization.empty()) {
    context.set("aws:ResourceOrgID", facts.resource_account->organization);
    context.set("aws:ResourceOrgPaths", std::vector{facts.resource_account->organization_path});
  }
  // What has no region of its own is asked for in the one where IAM is, and ECR Public.
  const bool regional = resource.in_registry && !resource.in_registry->is_public();
  context.set("aws:RequestedRegion", regional ? resource.in_registry->region.text() : "us-east-1");
  if (!facts.repository) return;
  const std::string own = resource.in_registry && resource.in_registry->is_public() ? "ecr-public" : "ecr";
  for (const auto& tag : facts.repository->tags) {
    context.set("aws:ResourceTag/" + tag.key, tag.value);
    context.set(own + ":ResourceTag/" + tag.key, tag.value);
  }
}

}  // namespace

Context context_keys(const Question& question, const Facts& facts, base::Timestamp now) {
  Context context;
  add_network(context, question.origin);
  add_time(context, now);
  add_principal(context, question.caller, facts, now);
  add_resource(context, question.resource, facts);
  set_flag(context, "aws:ViaAWSService", false);
  context.add(question.context);
  return context;
}

}  // namespace berth::auth
