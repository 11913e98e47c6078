// Temporary credentials: what STS hands out, to whom. (GetCallerIdentity needs no service: it answers the caller.)
//
// Source: AWS STS API reference; "Temporary security credentials in IAM", "Pass session tags in AWS STS" and "Monitor
// and control actions taken with assumed roles" of the IAM User Guide. Nothing is stored but a role's last use.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "auth/denial_message.h"
#include "auth/session_credentials.h"
#include "base/secret.h"
#include "service/iam/common.h"
#include "service/iam/oidc_keys.h"

namespace berth::service::iam {

// What bounds a session from above. Together at most 2048 characters, at most 10 ARNs.
struct SessionBounds {
  std::optional<std::string> policy{};
  std::vector<std::string> policy_arns{};
};

struct AssumeRole {
  std::string role_arn;
  std::string session_name;
  SessionBounds bounds{};
  std::optional<std::int64_t> seconds{};  // 900.. the role's maximum; by chaining 3600 at most
  std::vector<model::ResourceTag> tags{};
  std::vector<std::string> transitive_tags{};
  std::optional<std::string> external_id{};
  std::optional<std::string> source_identity{};
  bool mfa = false;      // a device's code was given: refused, Berth knows no devices
  std::string region{};  // of the call, for the role's last use
};

struct AssumeRoleWithWebIdentity {
  std::string role_arn;
  std::string session_name;
  base::Secret token;
  SessionBounds bounds{};
  std::optional<std::int64_t> seconds{};
  std::string region{};
};

struct GetFederationToken {
  std::string name;
  SessionBounds bounds{};
  std::optional<std::int64_t> seconds{};  // 900..129600; of a root 3600 at most
  std::vector<model::ResourceTag> tags{};
};

struct Issued {
  auth::SessionCredentials credentials;
  std::optional<std::int64_t> packed_percent;  // if policies or tags were given
};

struct IssuedToWebIdentity {
  Issued issued;
  std::string subject;
  std::string audience;
  std::string provider;  // its ARN
};

// Safe from any thread; what it is given outlives it. Errors: access_denied, also for a role that does not exist;
// validation, policy_malformed, packed_policy_too_large, and as said. Texts are STS's.
class TokenService {
 public:
  struct Parts {
    const Core& core;
    const auth::SessionTokens& sessions;
    const auth::DenialMessages& denials;
    OidcKeys& keys;
  };
  explicit TokenService(const Parts& parts) : parts_(parts) {}

  base::Result<Issued> assume_role(const Scope& scope, const AssumeRole& command);
  // Who calls is said by the token alone; `scope.caller` does not count. identity_token_invalid, _expired,
  // identity_provider_unreachable.
  base::Result<IssuedToWebIdentity> assume_role_with_web_identity(const Scope& scope,
                                                                  const AssumeRoleWithWebIdentity& command);
  // Needs no permission, as in AWS: it gives a user or root nothing that it does not have.
  base::Result<Issued> get_session_token(const Scope& scope, std::optional<std::int64_t> seconds, bool mfa);
  base::Result<Issued> get_federation_token(const Scope& scope, const GetFederationToken& command);

  base::Result<model::AccountId> access_key_account(const Scope& scope, const std::string& access_key_id);
  base::Result<std::string> decode_authorization_message(const Scope& scope, const std::string& message);

 private:
  base::Result<Issued> issue(auth::Caller caller, bool bounded) const;

  const Parts parts_;
};

}  // namespace berth::service::iam
