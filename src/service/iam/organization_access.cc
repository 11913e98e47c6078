#include "service/iam/organization_access.h"

namespace berth::service::iam {

base::Result<model::Organization> find_organization(meta::Tx& tx) {
  BERTH_TRY(auto found, tx.organizations().find());
  if (found) return *std::move(found);
  return base::fail(base::Errc::unsupported, "Your account is not a member of an organization.");
}

base::Result<model::Organization> require_management(const Core& core, const Scope& scope, std::string_view action,
                                                     ArnOf arn_of, std::string_view id) {
  BERTH_TRY(const auto found, core.store.read(scope.deadline, [](meta::Tx& tx) { return tx.organizations().find(); }));
  const auto owner = found ? found->management : scope.caller.account;
  const auto arn = found && arn_of ? ((*found).*arn_of)(id) : std::string("*");
  BERTH_CHECK(core.require(scope, action, auth::Resource::of_account(owner, arn)));
  return core.store.read(scope.deadline, find_organization);
}

std::unexpected<base::Error> about(base::Errc code, std::string_view subject, std::string message) {
  base::Error error{.code = code, .message = std::move(message), .details = {}, .where = {}};
  error.details.push_back({.name = "subject", .value = std::string(subject)});
  return std::unexpected(std::move(error));
}

}  // namespace berth::service::iam
