// Which credentials apply: the AWS chain, as the SDKs follow it. Looks at variables and profiles, asks nobody yet.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "auth/signer.h"
#include "cli/profiles.h"

namespace berth::cli {

// A token of an OIDC provider, exchanged for a role's credentials (AssumeRoleWithWebIdentity).
struct WebIdentity {
  std::string role_arn;
  std::string session_name;
  std::string token_file;  // read when it is used, for it is renewed all the time
  base::Secret token{};    // instead of a file
};

// An agent beside the container hands credentials out.
struct ContainerAgent {
  std::string url;
  base::Secret authorization{};      // the header's value; empty: none
  std::string authorization_file{};  // instead of it
};

// AssumeRole, with the credentials found so far.
struct RoleStep {
  std::string role_arn;
  std::string session_name;
  std::string external_id{};
  std::string duration_seconds{};
};

// A value.
struct Origin {
  std::variant<auth::SigningIdentity, WebIdentity, ContainerAgent> base;
  std::vector<RoleStep> roles{};  // in the order they are assumed

  // Names the principal without any secret: equal for equal credentials, also when they are renewed. Empty: such
  // credentials have no name that lasts, so what comes of them is not to be kept.
  std::string name() const;
};

// In order: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (not if a profile was asked for by name),
// AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN (likewise), the profile (role_arn with web_identity_token_file,
// source_profile or credential_source; else its keys), AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or _FULL_URI.
//
// missing_authentication: nothing of all that is there. invalid_parameter: a profile that was asked for is not there,
// goes round in a circle, or is of a kind that is not supported (credential_process, SSO, instance metadata).
base::Result<Origin> find_origin(const Environment& environment, const Profiles& profiles, std::string_view profile,
                                 bool profile_was_asked_for);

}  // namespace berth::cli
