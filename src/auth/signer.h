// Signs requests with AWS Signature Version 4 in the header form: what sigv4.h verifies, seen from the client's side.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "auth/canonical.h"
#include "base/clock.h"
#include "base/secret.h"

namespace berth::auth {

// A value: an access key, long-term or temporary.
struct SigningIdentity {
  std::string access_key_id;
  base::Secret secret;
  std::optional<base::Secret> session_token{};  // of a temporary key
};

// The fields to add to the request: X-Amz-Date, X-Amz-Security-Token for a temporary key, Authorization. The host and
// every header of `head` are signed, so `head` has only those that arrive as they are, and none of the three. Pure.
std::vector<std::pair<std::string, std::string>> sign(const RequestHead& head, std::string_view body_sha256_hex,
                                                      const SigningIdentity& identity, std::string_view region,
                                                      std::string_view service, base::Timestamp now);

}  // namespace berth::auth
