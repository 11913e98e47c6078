#include "model/identity.h"

namespace berth::model {

std::string iam_arn(const AccountId& account, std::string_view resource) {
  return std::string("arn:aws:iam::").append(account.text()).append(":").append(resource);
}

std::string Entity::arn() const { return iam_arn(account, std::string(model::name(kind)).append(path).append(name)); }

std::string ManagedPolicy::arn() const {
  const auto resource = path + name;
  if (!account) return std::string(kAwsPolicyPrefix).append(resource.substr(1));
  return iam_arn(*account, "policy" + resource);
}

std::string OidcProvider::arn() const { return iam_arn(account, "oidc-provider/" + url); }

}  // namespace berth::model
