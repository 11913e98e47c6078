// berth authz explain: what would be decided, and by which statements.
#include <cstdio>

#include "app/commands.h"
#include "app/offline.h"
#include "app/principal.h"
#include "auth/policy_authorizer.h"
#include "base/text.h"
#include "json/parse.h"
#include "json/writer.h"
#include "model/arn.h"

namespace berth::app {
namespace {

using base::Errc;
using base::fail;
using base::Result;

constexpr std::string_view kUsage =
    "usage: berth authz explain --principal ARN --action SERVICE:ACTION --resource ARN [--context KEY=VALUE]...";

std::string_view text_of(policy::Outcome outcome) {
  switch (outcome) {
    case policy::Outcome::allowed: return "allowed";
    case policy::Outcome::explicit_deny: return "explicitDeny";
    case policy::Outcome::implicit_deny: return "implicitDeny";
  }
  return "";
}

std::string_view text_of(policy::Source source) {
  switch (source) {
    case policy::Source::identity: return "identity-based policy";
    case policy::Source::boundary: return "permissions boundary";
    case policy::Source::session: return "session policy";
    case policy::Source::service_control: return "service control policy";
    case policy::Source::resource: return "resource-based policy";
    case policy::Source::endpoint: return "VPC endpoint policy";
  }
  return "";
}

struct Considered {
  policy::Source source;
  const policy::Attached* policy;
};

std::vector<Considered> considered(const policy::Policies& all) {
  std::vector<Considered> out;
  const auto add = [&](policy::Source source, const auto& policies) {
    for (const auto& one : policies) out.push_back({source, &one});
  };
  add(policy::Source::identity, all.identity);
  if (all.boundary) out.push_back({policy::Source::boundary, &*all.boundary});
  add(policy::Source::session, all.session);
  for (const auto& level : all.service_control) add(policy::Source::service_control, level);
  add(policy::Source::resource, all.resource);
  if (all.endpoint) out.push_back({policy::Source::endpoint, &*all.endpoint});
  return out;
}

// One statement as its document prints it, on one line; empty if it cannot be found.
std::string statement_text(const policy::Match& match, const std::vector<Considered>& policies) {
  for (const auto& [source, attached] : policies) {
    if (source != match.source || attached->name != match.policy) continue;
    const auto document = json::parse(attached->document->print());
    const auto* statements = document ? document->find("Statement") : nullptr;
    if (statements == nullptr) return "";
    const auto* list = statements->as_array();
    if (list == nullptr) return json::write(*statements);
    return match.statement < list->size() ? json::write((*list)[match.statement]) : "";
  }
  return "";
}

// Of a role that exists: whom it trusts is asked too.
Result<std::shared_ptr<const policy::Document>> trust_policy(const auth::Resource& role, meta::Store& store) {
  const std::string name = role.arn.substr(role.arn.rfind('/') + 1);
  BERTH_TRY(const auto found, store.read({}, [&](meta::Tx& tx) {
    return tx.identities().find(role.owner, model::EntityKind::role, name);
  }));
  if (!found || found->arn() != role.arn) return nullptr;
  return policy::Document::parse(found->trust_policy, policy::Kind::trust);
}

Result<auth::Resource> resource_of(const std::string& text, const auth::Caller& caller, meta::Store& store,
                                   const config::Options& options) {
  BERTH_TRY(const auto region, model::Region::parse(options.registry.region));
  if (text == "*") return auth::Resource::registry({.account = caller.account, .region = region});
  if (const auto repository = model::RepositoryArn::parse(text)) {
    return auth::Resource::repository(
        {.registry = {.account = repository->account, .region = repository->region}, .name = repository->name});
  }
  const auto parts = base::split(text, ':');
  auto owner =
      parts.size() >= 6 && parts[0] == "arn" ? model::AccountId::parse(parts[4]) : fail(Errc::invalid_parameter, "");
  if (!owner)
    return fail(Errc::invalid_parameter, base::quote_json(text) + " is no ARN with an account, and not \"*\"");
  auto resource = auth::Resource::of_account(*owner, text);
  if (parts[2] == "iam" && parts[5].starts_with("role/")) {
    BERTH_TRY(resource.policy, trust_policy(resource, store));
  }
  // A pattern over repositories, as a policy may name it: only the registry's own policy can be looked up.
  if (parts[2] == "ecr-public") resource.in_registry = model::RegistryRef::public_of(*owner);
  if (parts[2] == "ecr") {
    BERTH_TRY(auto in, model::Region::parse(parts[3]));
    resource.in_registry = model::RegistryRef{.account = *owner, .region = std::move(in)};
  }
  return resource;
}

Result<policy::Context> context_of(const Invocation& invocation) {
  std::map<std::string, std::vector<std::string>> keys;
  const auto [begin, end] = invocation.flags.equal_range("--context");
  for (auto flag = begin; flag != end; ++flag) {
    const auto equals = flag->second.find('=');
    if (equals == 0 || equals == std::string::npos) {
      return fail(Errc::invalid_parameter, "--context: needs KEY=VALUE, not " + base::quote_json(flag->second));
    }
    keys[flag->second.substr(0, equals)].push_back(flag->second.substr(equals + 1));
  }
  policy::Context context;
  for (auto& [key, values] : keys) context.set(key, std::move(values));
  return context;
}

Result<auth::Explained> explain(const Offline& offline, const Invocation& invocation) {
  const auto principal = invocation.flag("--principal");
  const auto action = invocation.flag("--action");
  const auto resource_text = invocation.flag("--resource");
  if (!principal || !action || !resource_text || action->find(':') == std::string::npos) {
    return fail(Errc::invalid_parameter, std::string(kUsage));
  }
  BERTH_TRY(const auto caller, caller_of(*principal, *offline.stores().meta, offline.clock().now()));
  BERTH_TRY(const auto resource,
            resource_of(*resource_text, caller, *offline.stores().meta, invocation.config.options));
  BERTH_TRY(auto context, context_of(invocation));
  const auth::Origin origin{.source_ip = "127.0.0.1", .secure = true};
  const auth::PolicyAuthorizer authorizer(*offline.stores().meta, offline.clock());
  return authorizer.explain(
      {.caller = caller, .origin = origin, .action = *action, .resource = resource, .context = std::move(context)});
}

std::string message_of(const auth::Explained& explained) {
  return explained.decision.allowed() ? "" : policy::denial(explained.request, explained.decision);
}

void print_json(const auth::Explained& explained) {
  const auto policies = considered(explained.policies);
  json::Writer out;
  const auto member = [&](std::string_view name, std::string_view value) {
    out.key(name);
    out.string(value);
  };
  out.begin_object();
  member("decision", text_of(explained.decision.outcome));
  if (!explained.decision.allowed()) {
    member("by", text_of(explained.decision.by));
    member("message", message_of(explained));
  }
  out.key("statements");
  out.begin_array();
  for (const auto& match : explained.decision.matches) {
    out.begin_object();
    member("effect", match.deny ? "Deny" : "Allow");
    member("source", text_of(match.source));
    member("policy", match.policy);
    out.key("statement");
    out.integer(static_cast<std::int64_t>(match.statement) + 1);
    if (!match.sid.empty()) member("sid", match.sid);
    member("document", statement_text(match, policies));
    out.end_object();
  }
  out.end_array();
  out.key("considered");
  out.begin_array();
  for (const auto& [source, attached] : policies) {
    out.begin_object();
    member("source", text_of(source));
    member("policy", attached->name);
    out.end_object();
  }
  out.end_array();
  out.end_object();
  std::printf("%s\n", out.text().c_str());
}

void print_text(const auth::Explained& explained) {
  const auto policies = considered(explained.policies);
  std::printf("%s\n", std::string(text_of(explained.decision.outcome)).c_str());
  if (const auto message = message_of(explained); !message.empty()) std::printf("%s\n", message.c_str());
  for (const auto& match : explained.decision.matches) {
    std::printf("\n%s by the %s %s, statement %zu%s%s\n  %s\n", match.deny ? "denied" : "allowed",
                std::string(text_of(match.source)).c_str(), match.policy.c_str(), match.statement + 1,
                match.sid.empty() ? "" : " ", match.sid.c_str(), statement_text(match, policies).c_str());
  }
  std::printf("\nasked:%s\n", policies.empty() ? " no policy at all" : "");
  for (const auto& [source, attached] : policies) {
    std::printf("  %s %s\n", std::string(text_of(source)).c_str(), attached->name.c_str());
  }
}

}  // namespace

int authz_explain(const Invocation& invocation) {
  auto keys = auth::KeyRing::load(invocation.config.options.data);
  if (!keys) return failed(keys.error());
  const auto offline = Offline::open(invocation.config.options, *std::move(keys));
  if (!offline) return failed(offline.error());
  const auto explained = explain(**offline, invocation);
  if (!explained) return failed(explained.error());
  if (invocation.json) {
    print_json(*explained);
  } else {
    print_text(*explained);
  }
  return explained->decision.allowed() ? 0 : 1;
}

}  // namespace berth::app
