#include "api/oci/front.h"

#include <algorithm>

#include "api/oci/call.h"
#include "model/ecr_host.h"
#include "web/hooked.h"

namespace berth::api::oci {
namespace {

bool is_download(std::string_view path) { return path.starts_with(auth::DownloadUrls::kPathPrefix); }

void set_common_headers(web::Response& response) {
  response.headers.set("Docker-Distribution-Api-Version", "registry/2.0");
}

// The registry that a host addresses; nullopt: it is no name of one, such as localhost.
std::optional<model::RegistryRef> registry_of(std::string_view host, std::span<const std::string> domains) {
  auto read = model::parse_ecr_host(host, domains);
  if (!read || !read->account) return std::nullopt;
  return model::RegistryRef{.account = *std::move(read->account), .region = std::move(read->region)};
}

}  // namespace

bool Front::serves(std::string_view path) { return path == "/v2" || path.starts_with("/v2/") || is_download(path); }

web::Response Front::unauthorized(const web::Request& request, const model::RegistryRef& registry, bool named) const {
  const auto realm = named && !deps_.options.domains.empty()
                         ? "https://" + registry.account.text() + ".dkr.ecr." + registry.region.text() + "." +
                               deps_.options.domains.front() + "/"
                         : request.scheme + "://" + request.host + "/";
  web::Response response{.status = 401, .body = std::string("Not Authorized\n")};
  response.headers.add("Www-Authenticate", "Basic realm=\"" + realm + "\",service=\"ecr.amazonaws.com\"");
  response.headers.add("Content-Type", "text/plain; charset=utf-8");
  return response;
}

web::Reaction Front::handle(web::Request& request) const {
  if (is_download(request.path())) return download(deps_, request);
  auto reaction = route(request);
  if (auto* response = std::get_if<web::Response>(&reaction)) {
    set_common_headers(*response);
    return reaction;
  }
  return web::hooked(std::move(reaction), [](const auto& work) {
    auto response = work();
    if (response) set_common_headers(*response);
    return response;
  });
}

web::Reaction Front::route(const web::Request& request) const {
  const auto addressed = registry_of(request.host, deps_.options.domains);
  const auto registry = addressed.value_or(deps_.options.default_registry);
  const auto refuse = [&](const base::Error& error) { return error_response(error, request.id, deps_.log); };

  const auto password = auth::parse_basic(request.headers.get("Authorization"));
  if (!password) return unauthorized(request, registry, addressed.has_value());
  const auto identity = deps_.tokens.open(password->reveal(), deps_.clock.now());
  if (!identity) {
    if (identity.error().code == base::Errc::token_expired) return refuse(identity.error());
    return unauthorized(request, registry, addressed.has_value());
  }
  const auto& regions = deps_.options.regions;
  if (identity->region != registry.region ||
      (!regions.empty() && std::ranges::find(regions, registry.region.text()) == regions.end())) {
    return refuse(
        {.code = base::Errc::access_denied,
         .message = "The authorization token is not valid for a registry in region " + registry.region.text()});
  }

  auto route = parse_route(request.path());
  if (!route) return refuse(route.error());
  auto query = web::Query::parse(request.query());
  if (!query) return refuse(query.error());
  Call call{.deps = deps_,
            .request = request,
            .scope = {.caller = identity->caller,
                      .request_id = request.id,
                      .deadline = base::Deadline::after(deps_.options.call)},
            .registry = registry,
            .route = *std::move(route),
            .query = *std::move(query)};
  switch (call.route.endpoint) {
    case Endpoint::ping: return ping(call);
    case Endpoint::catalog: return catalog(call);
    case Endpoint::manifest: return manifests(std::move(call));
    case Endpoint::blob: return blobs(call);
    case Endpoint::uploads: return uploads(std::move(call));
    case Endpoint::upload: return upload(std::move(call));
    case Endpoint::tags: return tags(call);
    case Endpoint::referrers: return referrers(call);
  }
  std::unreachable();
}

}  // namespace berth::api::oci
