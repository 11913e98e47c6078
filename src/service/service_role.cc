#include "service/service_role.h"

#include <utility>

#include "model/identity.h"
#include "policy/document.h"

namespace berth::service {
namespace {

constexpr std::string_view kSession = "ecr";  // the name of ECR's session
constexpr std::chrono::minutes kLifetime(15);

// "path/name" of arn:aws:iam::<account>:role/path/name; empty: it is none, or of another account.
std::string_view role_name(const model::RegistryRef& registry, std::string_view arn) {
  const auto prefix = model::iam_arn(registry.account, "role/");
  if (!arn.starts_with(prefix)) return {};
  return arn.substr(prefix.size());
}

std::unexpected<base::Error> cannot_assume(const std::string& role_arn) {
  return base::fail(
      base::Errc::access_denied,
      "User: " + std::string(kEcrService) + " is not authorized to perform: sts:AssumeRole on resource: " + role_arn);
}

base::Result<std::optional<model::Entity>> find_role(const Core& core, const Scope& scope,
                                                     const model::RegistryRef& registry, const std::string& arn) {
  const auto path = role_name(registry, arn);
  const std::string name(path.substr(path.rfind('/') + 1));
  BERTH_TRY(auto role, core.store.read(scope.deadline, [&](meta::Tx& tx) {
    return tx.identities().find(registry.account, model::EntityKind::role, name);
  }));
  if (role && role->arn() != arn) return std::nullopt;
  return role;
}

}  // namespace

base::Result<void> require_pass_role(const Core& core, const Scope& scope, const model::RegistryRef& registry,
                                     std::string_view member, const std::string& role_arn) {
  if (role_name(registry, role_arn).empty()) {
    return base::fail_parameter(member, "Must be the ARN of a role in the account of the registry");
  }
  return core.require(scope, "iam:PassRole", auth::Resource::of_account(registry.account, role_arn),
                      {{"iam:PassedToService", kEcrService}});
}

base::Result<Scope> as_role(const Core& core, const Scope& scope, const model::RegistryRef& registry,
                            const std::string& role_arn) {
  BERTH_TRY(const auto role, find_role(core, scope, registry, role_arn));
  if (!role) return cannot_assume(role_arn);
  auto resource = auth::Resource::of_account(registry.account, role_arn);
  BERTH_TRY(resource.policy, policy::Document::parse(role->trust_policy, policy::Kind::trust));
  Scope assuming{.caller = auth::Caller::service(std::string(kEcrService)),
                 .request_id = scope.request_id,
                 .deadline = scope.deadline};
  const auto trusted = core.require(assuming, "sts:AssumeRole", resource);
  if (!trusted && trusted.error().code == base::Errc::access_denied) return cannot_assume(role_arn);
  if (!trusted) return std::unexpected(trusted.error());

  const auto now = core.clock.now();
  assuming.caller = {
      .kind = auth::CallerKind::role,
      .account = role->account,
      .arn = "arn:aws:sts::" + role->account.text() + ":assumed-role/" + role->name + "/" + std::string(kSession),
      .user_id = role->id + ":" + std::string(kSession),
      .entity_id = role->id,
      .role_arn = role->arn(),
      .session = auth::Session{.issued = now, .expires = now + kLifetime}};
  return assuming;
}

}  // namespace berth::service
