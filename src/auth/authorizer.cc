#include "auth/authorizer.h"

#include <string_view>

#include "model/arn.h"

namespace berth::auth {
namespace {

std::unexpected<base::Error> deny(const Question& question) {
  const auto& [caller, origin, action, resource, context, deadline, lasting] = question;
  const std::string_view kind = caller.account == resource.owner ? "identity" : "resource";
  std::string text = "User: ";
  text.append(caller.arn).append(" is not authorized to perform: ").append(action);
  text.append(" on resource: ").append(resource.arn).append(" because no ").append(kind);
  text.append("-based policy allows the ").append(action).append(" action");
  return base::fail(base::Errc::access_denied, std::move(text));
}

}  // namespace

Resource Resource::registry(const model::RegistryRef& registry) {
  return {.owner = registry.account, .arn = "*", .in_registry = registry};
}

Resource Resource::all_repositories(const model::RegistryRef& registry) {
  return {.owner = registry.account,
          .arn = model::ecr_arn(registry.region, registry.account, "repository/*"),
          .in_registry = registry};
}

Resource Resource::repository(const model::RepositoryRef& repository) {
  const auto& [registry, name] = repository;
  return {.owner = registry.account,
          .arn = model::RepositoryArn{.region = registry.region, .account = registry.account, .name = name}.text(),
          .in_registry = registry,
          .in_repository = name};
}

Resource Resource::of_account(model::AccountId owner, std::string arn) {
  return {.owner = std::move(owner), .arn = std::move(arn)};
}

base::Result<void> DenyAll::require(const Question& question) const { return deny(question); }

}  // namespace berth::auth
