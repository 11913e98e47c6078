// What IAM has and Berth's accounts never do: passwords, MFA devices, SSH keys, certificates, service credentials,
// instance profiles, SAML providers. Tools ask for them before they delete a user or role; the truth is "none".
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "service/iam/common.h"

namespace berth::service::iam {

// Stateless; safe from any thread; `core` outlives it.
class AbsentService {
 public:
  explicit AbsentService(const Core& core) : core_(core) {}

  // Whether the caller may ask ("iam:ListMFADevices"), and whether there is such a user: entity_not_found. Answers its
  // name; without one that of the user who asks.
  base::Result<std::string> of_user(const Scope& scope, std::string_view action,
                                    const std::optional<std::string>& name);
  base::Result<void> of_account(const Scope& scope, std::string_view action);

 private:
  const Core& core_;
};

}  // namespace berth::service::iam
