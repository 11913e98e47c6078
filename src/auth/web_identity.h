// Tokens of OpenID Connect issuers: JWTs (RFC 7519) signed as JWS compact serializations (RFC 7515).
//
// Two steps, since the issuer, whose keys verify the token, stands in it:
//   WebIdentityToken::parse(text) -> WebIdentityToken     what it claims; nothing of it is proven
//   verify(token, key), check_claims(token, ...)          in either order, before anything is believed
// Only asymmetric signatures, and only with the issuer's published keys: `jwk`, `jku`, `x5c` and `x5u` of a header are
// not looked at. Errors: identity_token_invalid, identity_token_expired; texts as STS has them.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "crypto/public_key.h"
#include "json/value.h"

namespace berth::auth {

struct WebIdentityToken {
  static constexpr std::size_t kMaxSize = 20'000;  // WebIdentityToken of the STS model

  crypto::SignatureAlgorithm algorithm = crypto::SignatureAlgorithm::rs256;
  std::string kid;  // empty: none
  std::string issuer;
  json::Value claims;
  std::string signed_text;  // what the signature is over
  std::string signature;

  static base::Result<WebIdentityToken> parse(std::string_view text);
};

// What a verified token says, of what STS needs.
struct WebIdentity {
  std::string issuer;
  std::string subject;
  std::vector<std::string> audiences;  // those of its audiences that are client ids of the provider; at least one
};

struct ClaimRules {
  std::string issuer;                   // exactly
  std::vector<std::string> client_ids;  // one of them must be the authorized party or, without one, an audience
  base::Timestamp now;
  std::chrono::seconds skew = std::chrono::minutes(1);  // how far the issuer's clock may be from ours
};

base::Result<WebIdentity> check_claims(const WebIdentityToken& token, const ClaimRules& rules);
bool verify(const WebIdentityToken& token, const crypto::PublicKey& key);

// The values of a claim as condition keys have them: a text, number or boolean is one, a list of texts several. None:
// absent, or of another form.
std::vector<std::string> claim_values(const json::Value& claims, std::string_view name);

}  // namespace berth::auth
