#include "auth/authorizer.h"

#include <string_view>

#include "model/arn.h"

namespace berth::auth {
namespace {

std::unexpected<base::Error> deny(const Caller& caller, Action action, const Resource& resource) {
  const std::string_view kind = caller.account == resource.owner ? "identity" : "resource";
  std::string text = "User: ";
  text.append(caller.arn).append(" is not authorized to perform: ").append(name(action));
  text.append(" on resource: ").append(resource.arn).append(" because no ").append(kind);
  text.append("-based policy allows the ").append(name(action)).append(" action");
  return base::fail(base::Errc::access_denied, std::move(text));
}

}  // namespace

Resource Resource::registry(const model::RegistryRef& registry) { return {.owner = registry.account, .arn = "*"}; }

Resource Resource::all_repositories(const model::RegistryRef& registry) {
  std::string arn = "arn:";
  arn.append(registry.region.partition()).append(":ecr:").append(registry.region.text()).append(":");
  arn.append(registry.account.text()).append(":repository/*");
  return {.owner = registry.account, .arn = std::move(arn)};
}

Resource Resource::repository(const model::RepositoryRef& repository) {
  const auto& [registry, name] = repository;
  return {.owner = registry.account,
          .arn = model::RepositoryArn{.region = registry.region, .account = registry.account, .name = name}.text()};
}

base::Result<void> AccountAuthorizer::require(const Caller& caller, Action action, const Resource& resource) const {
  if (caller.administrator && caller.account == resource.owner) return {};
  return deny(caller, action, resource);
}

base::Result<void> DenyAll::require(const Caller& caller, Action action, const Resource& resource) const {
  return deny(caller, action, resource);
}

}  // namespace berth::auth
