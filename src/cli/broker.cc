#include "cli/broker.h"

#include <cmath>

#include "base/bytes.h"
#include "base/text.h"
#include "cli/credentials.h"
#include "json/fields.h"

namespace berth::cli {
namespace {

using base::Errc;
using base::fail;

// GetAuthorizationToken's answer.
struct AuthorizationData {
  std::string token, proxy_endpoint;
  double expires_at = 0;

  template <class F>
  void fields(F& f) {
    f.req("authorizationToken", token);
    f.req("expiresAt", expires_at);
    f.opt("proxyEndpoint", proxy_endpoint);
  }
};
struct Answer {
  std::vector<AuthorizationData> data;

  template <class F>
  void fields(F& f) {
    f.req("authorizationData", data);
  }
};

base::Result<Login> login_in(const std::string& body, const Target& target, base::Timestamp now) {
  const auto answer = json::decode<Answer>(body);
  if (!answer || answer->data.empty()) {
    return fail(Errc::unavailable, "the answer of GetAuthorizationToken holds no token");
  }
  const AuthorizationData& data = answer->data.front();
  if (target.check_answer && !same_registry(target.host, data.proxy_endpoint)) {
    return fail(Errc::access_denied, target.host + " is not the registry of " + target.endpoint + ", which names " +
                                         base::escape_controls(data.proxy_endpoint) + "; a [registry " + target.host +
                                         "] in ~/.berth/config makes it one");
  }
  const auto pair = base::from_base64(data.token);
  const auto colon = pair ? pair->find(':') : std::string::npos;
  if (colon == std::string::npos) return fail(Errc::unavailable, "GetAuthorizationToken answers no user:password");
  constexpr double kFarAway = 4e9;  // in 2096; also refuses what is no number
  if (!(data.expires_at >= 0 && data.expires_at < kFarAway)) {
    return fail(Errc::unavailable, "GetAuthorizationToken answers no time");
  }
  const base::Timestamp expires = base::from_micros(std::llround(data.expires_at * 1e6));
  return Login{.host = target.host,
               .username = pair->substr(0, colon),
               .password = base::Secret(pair->substr(colon + 1)),
               .expires = expires,
               .renew = now + (expires - now) / 2};
}

}  // namespace

base::Result<Login> Broker::login(std::string_view server, const WebIdentity* instead) const {
  BERTH_TRY(const Target target,
            find_target(registry_host(server), around_.overrides, around_.own, around_.environment, around_.profiles));
  if (instead != nullptr) return ask(target, Origin{.base = *instead});
  BERTH_TRY(const Origin origin,
            find_origin(around_.environment, around_.profiles, target.profile, target.profile_was_asked_for));
  std::string name = origin.name();
  if (!name.empty())
    name.append("\n").append(target.host).append("\n").append(target.endpoint).append("\n").append(target.region);
  if (auto kept = cache_.find(name, clock_.now())) return *std::move(kept);
  BERTH_TRY(auto login, ask(target, origin));
  cache_.put(name, login);
  return login;
}

base::Result<Login> Broker::ask(const Target& target, const Origin& origin) const {
  BERTH_TRY(const auto identity, get_credentials(origin, target, calls_));
  BERTH_TRY(const auto body,
            calls_.ecr({.url = target.endpoint, .region = target.region, .ca_bundle = target.ca_bundle}, identity,
                       "GetAuthorizationToken", "{}"));
  return login_in(body, target, clock_.now());
}

}  // namespace berth::cli
