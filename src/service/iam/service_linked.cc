// Roles that services own (ecr.md 3.2, "Service-linked roles").
#include <algorithm>
#include <array>

#include "base/text.h"
#include "service/iam/access.h"
#include "service/iam/entities.h"
#include "service/iam/roles.h"
#include "service/iam/rules.h"

namespace berth::service::iam {
namespace {

using base::Errc;

struct LinkedService {
  std::string_view service;
  std::string_view role;
  std::string_view policy;
};
constexpr std::array kServices = std::to_array<LinkedService>({
    {"replication.ecr.amazonaws.com", "AWSServiceRoleForECRReplication", "ECRReplicationServiceRolePolicy"},
    {"pullthroughcache.ecr.amazonaws.com", "AWSServiceRoleForECRPullThroughCache",
     "AWSECRPullThroughCache_ServiceRolePolicy"},
    {"ecr.amazonaws.com", "AWSServiceRoleForECRTemplate", "ECRTemplateServiceRolePolicy"},
});

std::string path_of(std::string_view service) { return std::string("/aws-service-role/").append(service).append("/"); }

std::string trust_of(std::string_view service) {
  return std::string(R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":")")
      .append(service)
      .append(R"("},"Action":"sts:AssumeRole"}]})");
}

}  // namespace

base::Result<model::Entity> RoleService::create_service_linked(const Scope& scope,
                                                               const CreateServiceLinkedRole& command) {
  const auto* linked = std::ranges::find(kServices, command.service, &LinkedService::service);
  const bool known = linked != kServices.end();
  const auto path = path_of(command.service);
  BERTH_CHECK(require_resource(core_, scope, "iam:CreateServiceLinkedRole",
                               "role" + path + (known ? std::string(linked->role) : "*"),
                               {{"iam:AWSServiceName", command.service}}));
  if (!known) {
    return base::fail(Errc::invalid_input, command.service + " is not a service that has service-linked roles here.");
  }
  if (command.suffix) {
    return base::fail(Errc::invalid_input, "Custom suffix is not allowed for " + command.service);
  }
  if (command.description) BERTH_CHECK(check_description(*command.description));
  model::Entity entity{.id = new_id(core_, "AROA"),
                       .account = scope.caller.account,
                       .kind = model::EntityKind::role,
                       .name = std::string(linked->role),
                       .path = path,
                       .created = core_.clock.now(),
                       .trust_policy = trust_of(linked->service),
                       .description = command.description,
                       .service = command.service};
  const auto arn = std::string(model::kAwsPolicyPrefix).append("aws-service-role/").append(linked->policy);
  return core_.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<model::Entity> {
    BERTH_TRY(const bool created, tx.identities().create(entity));
    if (!created) {
      return base::fail(Errc::invalid_input, "Service role name " + entity.name +
                                                 " has been taken in this account, please try a different suffix.");
    }
    BERTH_CHECK(tx.entity_policies().attach(entity.id, arn));
    return entity;
  });
}

base::Result<std::string> RoleService::remove_service_linked(const Scope& scope, const std::string& name) {
  BERTH_CHECK(require_entity(core_, scope, "iam:DeleteServiceLinkedRole", role(name)));
  const auto uuid = crypto::random_uuid(core_.random);
  return core_.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<std::string> {
    BERTH_TRY(const auto found, find_entity(tx, scope.caller.account, role(name)));
    if (!found.service) {
      return base::fail(Errc::invalid_input, "The role " + found.name + " is not a service-linked role.");
    }
    BERTH_CHECK(tx.identities().remove(found.id));
    return "task" + found.path + found.name + "/" + uuid;
  });
}

base::Result<void> RoleService::deletion_status(const Scope& scope, const std::string& task) {
  // task/aws-service-role/<service>/<role>/<uuid>
  const auto parts = base::split(task, '/');
  const bool fits = parts.size() == 5 && parts[0] == "task" && parts[1] == "aws-service-role";
  BERTH_CHECK(require_resource(
      core_, scope, "iam:GetServiceLinkedRoleDeletionStatus",
      "role/aws-service-role/" + (fits ? std::string(parts[2]).append("/").append(parts[3]) : std::string("*"))));
  const auto not_found = [&] {
    return base::fail(Errc::entity_not_found, "Deletion task " + task + " cannot be found.");
  };
  if (!fits) return not_found();
  return core_.store.read(scope.deadline, [&](meta::Tx& tx) -> base::Result<void> {
    BERTH_TRY(const auto again,
              tx.identities().find(scope.caller.account, model::EntityKind::role, std::string(parts[3])));
    if (again) return not_found();
    return {};
  });
}

}  // namespace berth::service::iam
