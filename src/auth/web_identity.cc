#include "auth/web_identity.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <utility>

#include "auth/key_set.h"
#include "base/bytes.h"
#include "base/text.h"
#include "json/parse.h"

namespace berth::auth {
namespace {

using base::Errc;
using base::fail;
using base::Result;
using std::chrono::seconds;

constexpr json::Limits kHeaderLimits{.depth = 4, .elements = 64};
constexpr json::Limits kClaimLimits{.depth = 12, .elements = 4'000};
constexpr double kMaxTime = 253'402'300'800;  // the year 10000

std::unexpected<base::Error> invalid(std::string why, std::source_location where = std::source_location::current()) {
  return fail(Errc::identity_token_invalid, std::move(why), where);
}

std::unexpected<base::Error> not_a_jwt(std::source_location where = std::source_location::current()) {
  return invalid("The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)",
                 where);
}

std::optional<json::Value> object_of(std::string_view base64url, const json::Limits& limits) {
  const auto text = base::from_base64url(base64url);
  if (!text) return std::nullopt;
  auto value = json::parse(*text, limits);
  if (!value || value->as_object() == nullptr) return std::nullopt;
  return std::move(*value);
}

// Epoch seconds (NumericDate). Nothing: absent or not one.
std::optional<std::int64_t> time_claim(const json::Value& claims, std::string_view name) {
  const auto* const claim = claims.find(name);
  const auto number = claim != nullptr ? claim->as_double() : std::nullopt;
  if (!number || !(*number >= 0) || *number > kMaxTime) return std::nullopt;
  return static_cast<std::int64_t>(std::floor(*number));
}

Result<std::int64_t> required_time(const json::Value& claims, std::string_view name) {
  const auto time = time_claim(claims, name);
  if (!time) return invalid("Missing a required claim: " + std::string(name));
  return *time;
}

Result<void> check_times(const json::Value& claims, const ClaimRules& rules) {
  const std::int64_t now = std::chrono::floor<seconds>(rules.now).time_since_epoch().count();
  const std::int64_t skew = rules.skew.count();
  BERTH_TRY(const auto expires, required_time(claims, "exp"));
  BERTH_TRY(const auto issued, required_time(claims, "iat"));
  if (now >= expires + skew) {
    return fail(Errc::identity_token_expired, "Token expired: current date/time " + std::to_string(now) +
                                                  " must be before the expiration date/time " +
                                                  std::to_string(expires));
  }
  std::int64_t not_before = issued;
  if (claims.find("nbf") != nullptr) {
    BERTH_TRY(const auto start, required_time(claims, "nbf"));
    not_before = std::max(issued, start);
  }
  if (now + skew >= not_before) return {};
  return invalid("Token not yet valid: current date/time " + std::to_string(now) +
                 " must be after the not-before date/time " + std::to_string(not_before));
}

// STS takes the authorized party for the audience where a token names one.
std::vector<std::string> audiences_of(const json::Value& claims) {
  if (const std::string* azp = claims.find_string("azp"); azp != nullptr && !azp->empty()) return {*azp};
  return claim_values(claims, "aud");
}

}  // namespace

Result<WebIdentityToken> WebIdentityToken::parse(std::string_view text) {
  if (text.size() > kMaxSize) return not_a_jwt();
  const auto parts = base::split(text, '.');
  if (parts.size() != 3) return not_a_jwt();
  const auto header = object_of(parts[0], kHeaderLimits);
  auto claims = object_of(parts[1], kClaimLimits);
  auto signature = base::from_base64url(parts[2]);
  if (!header || !claims || !signature) return not_a_jwt();
  const std::string* const name = header->find_string("alg");
  const auto algorithm = name != nullptr ? signature_algorithm(*name) : std::nullopt;
  if (!algorithm) return invalid("The ID Token is not signed with a supported algorithm");
  // RFC 7515 section 4.1.11: what must be understood, and is not.
  if (header->find("crit") != nullptr) return invalid("The ID Token has a critical header that is not supported");
  const auto* const kid = header->find("kid");
  if (kid != nullptr && kid->as_string() == nullptr) return not_a_jwt();
  const std::string* const issuer = claims->find_string("iss");
  if (issuer == nullptr || issuer->empty()) return invalid("Missing a required claim: iss");
  WebIdentityToken token{.algorithm = *algorithm,
                         .kid = kid != nullptr ? *kid->as_string() : std::string(),
                         .issuer = *issuer,
                         .claims = {},
                         .signed_text = std::string(text.substr(0, parts[0].size() + 1 + parts[1].size())),
                         .signature = std::move(*signature)};
  token.claims = std::move(*claims);
  return token;
}

bool verify(const WebIdentityToken& token, const crypto::PublicKey& key) {
  return key.verify(token.algorithm, base::as_bytes(token.signed_text), token.signature);
}

Result<WebIdentity> check_claims(const WebIdentityToken& token, const ClaimRules& rules) {
  if (token.issuer != rules.issuer) {
    return invalid("No OpenIDConnect provider found in your account for " + base::escape_controls(token.issuer));
  }
  BERTH_CHECK(check_times(token.claims, rules));
  const std::string* const subject = token.claims.find_string("sub");
  if (subject == nullptr || subject->empty()) return invalid("Missing a required claim: sub");
  auto audiences = audiences_of(token.claims);
  if (audiences.empty()) return invalid("Missing a required claim: aud");
  std::erase_if(audiences, [&](const auto& audience) {
    return std::ranges::find(rules.client_ids, audience) == rules.client_ids.end();
  });
  if (audiences.empty()) return invalid("Incorrect token audience");
  return WebIdentity{.issuer = token.issuer, .subject = *subject, .audiences = std::move(audiences)};
}

std::vector<std::string> claim_values(const json::Value& claims, std::string_view name) {
  const auto* const claim = claims.find(name);
  if (claim == nullptr) return {};
  if (const auto* const text = claim->as_string()) return {*text};
  if (const auto flag = claim->as_bool()) return {*flag ? "true" : "false"};
  if (const auto number = claim->as_int()) return {std::to_string(*number)};
  std::vector<std::string> values;
  if (const auto* const list = claim->as_array()) {
    for (const auto& element : *list) {
      const auto* const text = element.as_string();
      if (text == nullptr) return {};
      values.push_back(*text);
    }
  }
  return values;
}

}  // namespace berth::auth
