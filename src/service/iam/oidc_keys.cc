#include "service/iam/oidc_keys.h"

#include <utility>

#include "json/parse.h"

namespace berth::service::iam {
namespace {

using base::Errc;
using base::fail;
using base::Result;

constexpr std::string_view kNoKey =
    "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity "
    "documentation for requirements";

// A document of the issuer's. A server that fails may get well again; one that says something else does not.
Result<std::string> get(const fetch::Fetcher& fetcher, const std::string& url, const base::Deadline& deadline) {
  BERTH_TRY(auto response, fetcher.get(url, deadline));
  if (response.status == 200) return std::move(response.body);
  return fail(response.status >= 500 || response.status == 429 ? Errc::unavailable : Errc::invalid_input,
              url + " answers " + std::to_string(response.status));
}

bool is_weather(Errc code) { return code == Errc::unavailable || code == Errc::deadline_exceeded; }

}  // namespace

Result<void> OidcKeys::verify(const auth::WebIdentityToken& token, const base::Deadline& deadline) {
  const auto issuer = find(token.issuer);
  std::lock_guard lock(issuer->mutex);
  const auto now = clock_.now();
  const auto long_ago = [&](std::optional<base::Timestamp> time) { return !time || now - *time >= options_.interval; };
  if (issuer->keys && now - issuer->fetched >= options_.lifetime) issuer->keys.reset();
  if (!issuer->keys && long_ago(issuer->failed)) refresh(*issuer, token.issuer, deadline);
  if (!issuer->keys) return std::unexpected(issuer->failure);
  const auto* key = issuer->keys->find(token.kid, token.algorithm);
  if (key == nullptr && long_ago(issuer->looked)) {
    issuer->looked = now;
    refresh(*issuer, token.issuer, deadline);
    key = issuer->keys->find(token.kid, token.algorithm);
  }
  if (key == nullptr) return fail(Errc::identity_token_invalid, std::string(kNoKey));
  if (!auth::verify(token, *key)) return fail(Errc::identity_token_invalid, "Token signature verification failed");
  return {};
}

std::shared_ptr<OidcKeys::Issuer> OidcKeys::find(const std::string& issuer) {
  std::lock_guard lock(mutex_);
  const auto found = issuers_.find(issuer);
  if (found != issuers_.end()) return found->second;
  if (issuers_.size() >= options_.max_issuers) issuers_.erase(issuers_.begin());
  return issuers_.emplace(issuer, std::make_shared<Issuer>()).first->second;
}

// Keys that are there stay when the issuer cannot be asked.
void OidcKeys::refresh(Issuer& issuer, const std::string& url, const base::Deadline& deadline) {
  auto keys = fetch(url, deadline);
  if (keys) {
    issuer.keys = std::move(*keys);
    issuer.fetched = clock_.now();
    issuer.failed.reset();
    return;
  }
  issuer.failed = clock_.now();
  log_.warning("keys of an identity provider not fetched",
               {{"issuer", url}, {"code", base::name(keys.error().code)}, {"message", keys.error().message}});
  issuer.failure = {
      .code = is_weather(keys.error().code) ? Errc::identity_provider_unreachable : Errc::identity_token_invalid,
      .message = std::string(kNoKey)};
}

Result<auth::KeySet> OidcKeys::fetch(const std::string& issuer, const base::Deadline& deadline) const {
  const auto base_url = issuer.ends_with('/') ? issuer.substr(0, issuer.size() - 1) : issuer;
  BERTH_TRY(const auto text, get(fetcher_, base_url + "/.well-known/openid-configuration", deadline));
  BERTH_TRY(const auto discovery, json::parse(text, {.depth = 16, .elements = 10'000}));
  const auto* const said = discovery.find_string("issuer");
  if (said == nullptr || *said != issuer) {
    return fail(Errc::invalid_input, "the discovery document is of another issuer");
  }
  const auto* const uri = discovery.find_string("jwks_uri");
  if (uri == nullptr) return fail(Errc::invalid_input, "the discovery document has no jwks_uri");
  BERTH_TRY(const auto keys, get(fetcher_, *uri, deadline));
  return auth::KeySet::parse(keys);
}

}  // namespace berth::service::iam
