// Public registries: host names of their own, aliases before names, Bearer tokens for everybody.
#include <algorithm>

#include "api/oci/call.h"
#include "base/text.h"
#include "json/fields.h"
#include "model/ecr_host.h"

namespace berth::api::oci {
namespace {

// A Bearer token is for one push or pull; clients fetch the next by themselves.
constexpr std::chrono::hours kBearerLifetime(1);
constexpr std::string_view kLogoPrefix = "/logo/";
constexpr std::string_view kLogoSuffix = ".png";

struct TokenResponse {
  std::string token;
  std::int64_t expires_in = 0;  // seconds
  std::string issued_at;

  template <class F>
  void fields(F& f) {
    f.opt("token", token);
    f.opt("expires_in", expires_in);
    f.opt("issued_at", issued_at);
  }
};

bool is_token_path(std::string_view path) { return path == "/token" || path == "/token/"; }

bool is_read(const web::Request& request) {
  return request.method == web::Method::get || request.method == web::Method::head;
}

std::string_view without_port(std::string_view host) { return host.substr(0, model::port_at(host)); }

std::string token_url(const web::Request& request) { return request.scheme + "://" + request.host + "/token/"; }

// What a client needs for this request, as it should ask for it. Berth's tokens say who asks and are good for all that
// he may do; clients keep them by scope.
std::string scope_of(const web::Request& request) {
  const auto route = parse_route(request.path());
  if (!route || !model::RepositoryName::matches(route->name)) return "aws";
  return "repository:" + route->name + (is_read(request) ? ":pull" : ":pull,push");
}

// "<alias>/<name>"
struct PublicName {
  std::string_view alias, name;
};
std::optional<PublicName> split_name(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  return PublicName{.alias = text.substr(0, slash), .name = text.substr(slash + 1)};
}

web::Response plain(int status, std::string body) {
  web::Response response{.status = status, .body = std::move(body)};
  response.headers.add("Content-Type", "text/plain; charset=utf-8");
  return response;
}

web::Response not_allowed() {
  auto response = plain(405, "Method Not Allowed\n");
  response.headers.add("Allow", "GET, HEAD");
  return response;
}

}  // namespace

bool Front::is_public(std::string_view host) const {
  const auto& hosts = deps_.options.public_hosts;
  return std::ranges::find(hosts, base::to_lower(without_port(host))) != hosts.end();
}

bool Front::serves(const web::Request& request) const {
  const auto path = request.path();
  if (path == "/v2" || path.starts_with("/v2/") || path.starts_with(auth::DownloadUrls::kPathPrefix)) return true;
  return (is_token_path(path) || path.starts_with(kLogoPrefix)) && is_public(request.host);
}

web::Response Front::challenge(const web::Request& request, const base::Error& error) const {
  auto response = error_response(error, request.id, deps_.log);
  response.headers.add("Www-Authenticate", "Bearer realm=\"" + token_url(request) + "\",service=\"" +
                                               std::string(without_port(request.host)) + "\",scope=\"" +
                                               scope_of(request) + "\"");
  return response;
}

// Whose password that is. token_invalid, token_expired; access_denied: for other registries, or its owner is no more.
base::Result<auth::TokenIdentity> Front::open_public(const base::Secret& password) const {
  BERTH_TRY(auto identity, deps_.tokens.open(password.reveal(), deps_.clock.now()));
  if (!identity.region.is_public()) {
    return base::fail(base::Errc::access_denied, "The authorization token is not valid for public registries");
  }
  if (identity.caller.kind != auth::CallerKind::anonymous) {
    BERTH_CHECK(deps_.repositories.require_alive(identity.caller));
  }
  return identity;
}

web::Reaction Front::route_public(const web::Request& request, Terms& terms) const {
  if (is_token_path(request.path())) return token(request);
  if (request.path().starts_with(kLogoPrefix)) return logo(request);
  const auto authorization = request.headers.get("Authorization");
  const auto bearer = auth::parse_bearer(authorization);
  if (!bearer) {
    const bool nothing = auth::offers_nothing(authorization);
    return challenge(request, {.code = base::Errc::token_invalid,
                               .message = nothing ? "Not Authorized" : "Your Authorization Token is invalid."});
  }
  auto identity = open_public(*bearer);
  if (identity) {
    terms.lasting.until(identity->expires);
    return serve_public(request, std::move(identity->caller), terms);
  }
  const auto& error = identity.error();
  using enum base::Errc;
  if (error.code == token_invalid || error.code == token_expired) return challenge(request, error);
  return error_response(error, request.id, deps_.log);
}

web::Reaction Front::serve_public(const web::Request& request, auth::Caller caller, Terms& terms) const {
  const auto refuse = [&](const base::Error& error) { return error_response(error, request.id, deps_.log); };
  auto route = parse_route(request.path());
  if (!route) return refuse(route.error());
  if (route->endpoint == Endpoint::ping) {
    return dispatch(request, std::move(caller), model::RegistryRef::public_of(deps_.options.default_registry.account),
                    *std::move(route), {}, terms);
  }
  if (route->endpoint == Endpoint::catalog) {
    return refuse({.code = base::Errc::unsupported, .message = "Public registries have no catalog"});
  }
  const std::string whole = std::move(route->name);
  const auto name = split_name(whole);
  if (!name) {
    return refuse({.code = base::Errc::repository_not_found,
                   .message = "A public repository's name begins with the alias of its registry: ALIAS/NAME"});
  }
  auto account = deps_.public_registries.account_of(base::Deadline::after(deps_.options.call), name->alias);
  if (!account) return refuse(account.error());
  route->name = std::string(name->name);
  return dispatch(request, std::move(caller), model::RegistryRef::public_of(*std::move(account)), *std::move(route),
                  std::string(name->alias) + "/", terms);
}

// A token for whoever asks; with a password of GetAuthorizationToken for its owner, and then not for longer than that.
web::Response Front::token(const web::Request& request) const {
  if (!is_read(request)) return not_allowed();
  const auto now = deps_.clock.now();
  auto caller = auth::Caller::anonymous();
  base::Timestamp until = now + kBearerLifetime;
  const auto authorization = request.headers.get("Authorization");
  if (!auth::offers_nothing(authorization)) {
    const auto password = auth::parse_basic(authorization);
    auto identity = password ? open_public(*password) : std::unexpected(password.error());
    if (!identity) {
      auto error = identity.error();
      if (error.code == base::Errc::missing_authentication) error.message = "Only Basic credentials are known here";
      auto response = error_response(error, request.id, deps_.log);
      if (response.status == 401) {
        response.headers.add("Www-Authenticate", "Basic realm=\"" + token_url(request) + "\"");
      }
      return response;
    }
    caller = std::move(identity->caller);
    until = std::min(until, identity->expires);
  }
  const auto issued = deps_.tokens.issue_until(caller, model::Region::of_public_registries(), until);
  const auto left = std::chrono::ceil<std::chrono::seconds>(issued.expires - now);
  web::Response response{.body = json::encode(TokenResponse{.token = std::string(issued.password.reveal()),
                                                            .expires_in = left.count(),
                                                            .issued_at = base::to_rfc3339(now)})};
  response.headers.add("Content-Type", "application/json");
  response.headers.add("Cache-Control", "no-store");
  return response;
}

web::Response Front::logo(const web::Request& request) const {
  if (!is_read(request)) return not_allowed();
  const auto deadline = base::Deadline::after(deps_.options.call);
  const auto nothing = [] { return plain(404, "Not Found\n"); };
  auto path = request.path().substr(kLogoPrefix.size());
  if (!path.ends_with(kLogoSuffix)) return nothing();
  path.remove_suffix(kLogoSuffix.size());
  const auto name = split_name(path);
  if (!name) return nothing();
  auto repository = model::RepositoryName::parse(name->name);
  if (!repository) return nothing();
  auto account = deps_.public_registries.account_of(deadline, name->alias);
  if (!account && account.error().code == base::Errc::registry_not_found) return nothing();
  if (!account) return error_response(account.error(), request.id, deps_.log);
  auto found = deps_.public_registries.logo(
      deadline, {model::RegistryRef::public_of(*std::move(account)), *std::move(repository)});
  if (!found) return error_response(found.error(), request.id, deps_.log);
  if (!*found) return nothing();
  web::Response response{.body = **std::move(found)};
  response.headers.add("Content-Type", "image/png");
  response.headers.add("Cache-Control", "public, max-age=300");
  response.headers.add("X-Content-Type-Options", "nosniff");
  return response;
}

}  // namespace berth::api::oci
