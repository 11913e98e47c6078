#include "service/iam/absent.h"

#include "service/iam/access.h"
#include "service/iam/entities.h"

namespace berth::service::iam {

base::Result<std::string> AbsentService::of_user(const Scope& scope, std::string_view action,
                                                 const std::optional<std::string>& name) {
  const auto own = name ? base::Result<std::string>(*name) : own_name(scope);
  const auto ref = user(own.value_or("*"));
  BERTH_CHECK(require_entity(core_, scope, action, ref));
  if (!own) return std::unexpected(own.error());
  return core_.store.read(scope.deadline, [&](meta::Tx& tx) -> base::Result<std::string> {
    BERTH_TRY(auto found, find_entity(tx, scope.caller.account, ref));
    return std::move(found.name);
  });
}

base::Result<void> AbsentService::of_account(const Scope& scope, std::string_view action) {
  return require_any(core_, scope, action);
}

}  // namespace berth::service::iam
