#include "auth/registry_token.h"

#include <cstdint>
#include <optional>
#include <utility>

#include "auth/sealed_caller.h"
#include "base/bytes.h"
#include "base/text.h"
#include "json/fields.h"

namespace berth::auth {
namespace {

using base::Errc;
using base::fail;
using base::Result;
using std::chrono::seconds;

constexpr std::size_t kMaxPassword = 16'384;  // the largest session (SessionTokens::kMaxPacked) needs three quarters
constexpr std::size_t kLongestRemembered = 2'048;  // a session with policies of its own may have more
constexpr std::string_view kVersion = "2";
constexpr std::string_view kType = "DATA_KEY";
constexpr std::string_view kKeyName = "registry-token/v1";  // which key opens the payload
constexpr json::Limits kEnvelopeLimits{.depth = 2, .elements = 16};

struct Envelope {
  json::Blob payload, datakey;
  std::string version, type;
  std::int64_t expiration = 0;
  template <class F>
  void fields(F& f) {
    f.req("payload", payload);
    f.req("datakey", datakey);
    f.req("version", version);
    f.req("type", type);
    f.req("expiration", expiration);
  }
};

struct Identity {
  SealedCaller caller;
  std::string region;
  template <class F>
  void fields(F& f) {
    f.req("caller", caller);
    f.req("region", region);
  }
};

std::string context(std::int64_t expiration) { return std::string(kKeyName) + '/' + std::to_string(expiration); }

std::unexpected<base::Error> invalid(std::source_location where = std::source_location::current()) {
  return fail(Errc::token_invalid, "Your authorization token is invalid. Reauthenticate and try again.", where);
}

// What a sealed payload says. Nothing, if it is not of this version's form.
std::optional<TokenIdentity> read_identity(std::string_view sealed_text, base::Timestamp expires) {
  auto identity = json::decode<Identity>(sealed_text, SealedCaller::kLimits);
  if (!identity) return std::nullopt;
  auto caller = std::move(identity->caller).open();
  auto region = model::Region::parse_own(identity->region);
  if (!caller || !region) return std::nullopt;
  return TokenIdentity{.caller = std::move(*caller), .region = std::move(*region), .expires = expires};
}

}  // namespace

IssuedToken RegistryTokens::issue(const Caller& caller, const model::Region& region, base::Timestamp now) const {
  return issue_until(caller, region, std::chrono::floor<seconds>(now) + lifetime_);
}

IssuedToken RegistryTokens::issue_until(const Caller& caller, const model::Region& region,
                                        base::Timestamp until) const {
  const auto expires = std::chrono::floor<seconds>(until);
  const std::int64_t expiration = expires.time_since_epoch().count();
  const Identity identity{.caller = SealedCaller::of(caller), .region = region.text()};
  const Envelope envelope{.payload = {key_.seal(json::encode(identity), context(expiration), random_)},
                          .datakey = {std::string(kKeyName)},
                          .version = std::string(kVersion),
                          .type = std::string(kType),
                          .expiration = expiration};
  return {.password = base::Secret(base::to_base64(base::as_bytes(json::encode(envelope)))), .expires = expires};
}

Result<TokenIdentity> RegistryTokens::open(std::string_view password, base::Timestamp now) const {
  auto identity = recall(password);
  if (!identity) {
    BERTH_TRY(identity, unseal(password));
    if (identity->expires > now) remember(password, *identity);
  }
  if (identity->expires <= now) {
    return fail(Errc::token_expired, "Your authorization token has expired. Reauthenticate and try again.");
  }
  return *std::move(identity);
}

Result<TokenIdentity> RegistryTokens::unseal(std::string_view password) const {
  if (password.size() > kMaxPassword) return invalid();
  const auto text = base::from_base64(password);
  if (!text) return invalid();
  const auto envelope = json::decode<Envelope>(*text, kEnvelopeLimits);
  // One spelling: what would be written otherwise was not written here.
  if (!envelope || json::encode(*envelope) != *text) return invalid();
  if (envelope->version != kVersion || envelope->type != kType || envelope->datakey.bytes != kKeyName) return invalid();
  const auto sealed = key_.open(envelope->payload.bytes, context(envelope->expiration));
  if (!sealed) return invalid();
  auto identity = read_identity(*sealed, base::Timestamp{seconds(envelope->expiration)});
  if (!identity) return invalid();
  return std::move(*identity);
}

std::optional<TokenIdentity> RegistryTokens::recall(std::string_view password) const {
  const std::lock_guard lock(mutex_);
  for (const auto* opened : {&recent_, &old_}) {
    if (const auto found = opened->find(password); found != opened->end()) return found->second;
  }
  return std::nullopt;
}

// Only what this server has sealed, so that nobody can fill the memory with guesses.
void RegistryTokens::remember(std::string_view password, const TokenIdentity& identity) const {
  if (password.size() > kLongestRemembered) return;
  const std::lock_guard lock(mutex_);
  if (recent_.size() >= kRemembered) old_ = std::exchange(recent_, {});
  recent_.emplace(password, identity);
}

std::size_t RegistryTokens::remembered() const {
  const std::lock_guard lock(mutex_);
  return recent_.size() + old_.size();
}

Result<base::Secret> parse_basic(std::string_view authorization) {
  constexpr std::string_view kScheme = "basic ";
  if (base::to_lower(authorization.substr(0, kScheme.size())) != kScheme) {
    return fail(Errc::missing_authentication, "Not Authorized");
  }
  const std::string_view credentials = base::trim(authorization.substr(kScheme.size()));
  if (credentials.size() > 2 * kMaxPassword) return invalid();
  const auto text = base::from_base64(credentials);
  if (!text || !text->starts_with("AWS:")) return invalid();
  return base::Secret(text->substr(4));
}

Result<base::Secret> parse_bearer(std::string_view authorization) {
  constexpr std::string_view kScheme = "bearer ";
  if (base::to_lower(authorization.substr(0, kScheme.size())) != kScheme) {
    return fail(Errc::missing_authentication, "Not Authorized");
  }
  const std::string_view token = base::trim(authorization.substr(kScheme.size()));
  if (token.size() > 2 * kMaxPassword) return invalid();
  const auto text = base::from_base64(token);
  if (text && text->starts_with("AWS:")) return base::Secret(text->substr(4));
  return base::Secret(std::string(token));
}

bool offers_nothing(std::string_view authorization) {
  const auto text = base::trim(authorization);
  const auto space = text.find(' ');
  if (space == std::string_view::npos) return text.empty();
  return base::to_lower(text.substr(0, space)) == "basic" && base::trim(text.substr(space)) == "Og==";  // ":"
}

}  // namespace berth::auth
