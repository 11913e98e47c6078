// What a request says about its own signature, read from the Authorization header or from a presigned query, and every
// check of it that needs neither a key nor a body. Pure functions.
//
// Messages are AWS's own, which tools and people search for. Where AWS echoes client text, it is cut and made
// printable.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "auth/canonical.h"
#include "auth/signing_key.h"
#include "base/clock.h"
#include "base/error.h"

namespace berth::auth {

// Raw text, each present and single, none checked yet.
struct SignatureFields {
  bool presigned = false;
  std::string algorithm;
  std::string credential;
  std::string signed_headers;
  std::string signature;
  std::string date;  // X-Amz-Date, or else the Date header
  bool from_date_header = false;
  std::optional<std::string> expires;         // presigned only
  std::optional<std::string> security_token;  // of a temporary key
  std::optional<std::string> payload_hash;    // X-Amz-Content-Sha256
};

// missing_authentication: neither form, or another scheme than AWS4. incomplete_signature: a part is missing or stands
// there twice. signature_mismatch: both forms at once.
base::Result<SignatureFields> read_signature(const RequestHead& head, std::span<const QueryParameter> query);

// The five parts of a credential, none judged yet.
struct Credential {
  CredentialScope scope;
  std::string terminator;
};
base::Result<Credential> parse_credential(std::string_view text);  // incomplete_signature

// The signed names: lower case, strictly ascending, at most 128, and with those that must not be left out: host, the
// date, X-Amz-Security-Token and X-Amz-Target where the request has them. Views of `fields`. signature_mismatch
base::Result<std::vector<std::string_view>> signed_names(const SignatureFields& fields, const RequestHead& head);

// The time of signing, if `now` lies in the window: `skew` to both sides, or until X-Amz-Expires (1 s to 7 days).
// incomplete_signature: not a date, or not a length of time. signature_mismatch: too old, or not yet.
base::Result<base::Timestamp> check_time(const SignatureFields& fields, base::Timestamp now, std::chrono::seconds skew);

// At most 256 characters of it, for a message: bytes other than printable ASCII as '?'.
std::string printable(std::string_view text);

}  // namespace berth::auth
