// OpenID Connect providers: whose tokens may assume roles.
#pragma once

#include <string>
#include <vector>

#include "service/iam/common.h"

namespace berth::service::iam {

struct CreateOidcProvider {
  std::string url;  // "https://..."; http too for a loopback host
  std::vector<std::string> client_ids{};
  std::vector<std::string> thumbprints{};
  std::vector<model::ResourceTag> tags{};
};

// Stateless; safe from any thread; `core` outlives it. Providers are named by their ARN. Errors: entity_not_found,
// invalid_input, and as said.
class OidcProviderService {
 public:
  explicit OidcProviderService(const Core& core) : core_(core) {}

  base::Result<model::OidcProvider> create(const Scope& scope, const CreateOidcProvider& command);  // entity_exists
  base::Result<model::OidcProvider> get(const Scope& scope, const std::string& arn);                // with its tags
  base::Result<std::vector<model::OidcProvider>> list(const Scope& scope);
  base::Result<void> remove(const Scope& scope, const std::string& arn);
  base::Result<void> add_client_id(const Scope& scope, const std::string& arn, const std::string& client_id);
  base::Result<void> remove_client_id(const Scope& scope, const std::string& arn, const std::string& client_id);
  base::Result<void> set_thumbprints(const Scope& scope, const std::string& arn,
                                     const std::vector<std::string>& thumbprints);

 private:
  const Core& core_;
};

}  // namespace berth::service::iam
