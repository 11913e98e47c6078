#include "api/oci/front.h"

#include <algorithm>

#include "api/oci/call.h"
#include "model/ecr_host.h"
#include "web/hooked.h"

namespace berth::api::oci {
namespace {

bool is_download(std::string_view path) { return path.starts_with(auth::DownloadUrls::kPathPrefix); }

auth::Arrival arrival_of(const web::Request& request) {
  return {.client = request.client,
          .listener = request.listener,
          .secure = request.scheme == "https",
          .user_agent = request.headers.get("User-Agent"),
          .referer = request.headers.get("Referer")};
}

// What a repository policy may open to everybody: reading one repository. Not the ping, whose challenge makes clients
// log in.
bool may_be_public(const web::Request& request) {
  if (request.method != web::Method::get && request.method != web::Method::head) return false;
  const auto route = parse_route(request.path());
  if (!route) return false;
  switch (route->endpoint) {
    case Endpoint::manifest:
    case Endpoint::blob:
    case Endpoint::tags:
    case Endpoint::referrers: return true;
    case Endpoint::ping:
    case Endpoint::catalog:
    case Endpoint::uploads:
    case Endpoint::upload: return false;
  }
  std::unreachable();
}

// The operation of the ECR API that a request is, for its rate; empty: none.
std::string_view operation_of(Endpoint endpoint, web::Method method) {
  const bool reads = method == web::Method::get || method == web::Method::head;
  switch (endpoint) {
    case Endpoint::ping: return {};
    case Endpoint::catalog: return "DescribeRepositories";
    case Endpoint::manifest:
      if (reads) return "BatchGetImage";
      return method == web::Method::put ? "PutImage" : "BatchDeleteImage";
    case Endpoint::blob:
      if (method == web::Method::head) return "BatchCheckLayerAvailability";
      return reads ? "GetDownloadUrlForLayer" : "BatchDeleteImage";
    case Endpoint::uploads: return "InitiateLayerUpload";
    case Endpoint::upload: return method == web::Method::put ? "CompleteLayerUpload" : "UploadLayerPart";
    case Endpoint::tags: return "ListImages";
    case Endpoint::referrers: return "ListImageReferrers";
  }
  std::unreachable();
}

// Without credentials, what was refused is told apart by nothing: a bad name, no such repository, not allowed.
bool reveals_nothing(const web::Reaction& reaction) {
  const auto* const response = std::get_if<web::Response>(&reaction);
  return response == nullptr || response->status == 400 || response->status == 401 || response->status == 403;
}

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
  auto reaction = work_out(request);
  if (std::holds_alternative<web::Response>(reaction)) return reaction;
  return web::hooked(std::move(reaction), [](const auto& work) {
    auto response = work();
    if (response) set_common_headers(*response);
    return response;
  });
}

// With all headers, if it is an answer; keeps it, if it is one to be given again.
web::Reaction Front::work_out(const web::Request& request) const {
  Terms terms{.comparable = deps_.recall != nullptr && Recall::comparable(request)};
  const auto stamp = terms.comparable ? deps_.recall->stamp() : std::nullopt;
  auto reaction = is_public(request.host) ? route_public(request, terms) : route(request, terms);
  auto* const response = std::get_if<web::Response>(&reaction);
  if (response == nullptr) return reaction;
  set_common_headers(*response);
  if (!stamp || !terms.charge || terms.lasting.end() <= deps_.clock.now()) return reaction;
  deps_.recall->keep(request, *stamp, terms.lasting.end(), *std::move(terms.charge), *response);
  return reaction;
}

std::optional<web::Response> Front::at_once(const web::Request& request) const {
  if (deps_.recall == nullptr) return std::nullopt;
  auto found = deps_.recall->find(request, deps_.clock.now());
  if (!found) return std::nullopt;
  if (const auto& charge = *found->charge; deps_.rates != nullptr && !charge.operation.empty()) {
    const auto taken = deps_.rates->take(charge.account, charge.region, charge.operation);
    if (!taken) return error_response(taken.error(), request.id, deps_.log);
  }
  return std::move(found->response);
}

bool Front::only_reads(const web::Request& request) {
  if (request.method == web::Method::get) return true;
  return request.method == web::Method::head && !request.path().contains("/blobs/");
}

web::Response Front::busy(const web::Request& request) const {
  auto response = error_response({.code = base::Errc::unavailable, .message = "The registry is busy; try again"},
                                 request.id, deps_.log);
  set_common_headers(response);
  return response;
}

web::Response Front::expired(const web::Request& request, const base::Error& error, const model::RegistryRef& registry,
                             bool named) const {
  auto response = error_response(error, request.id, deps_.log);
  if (deps_.options.expired_token_is_forbidden) {
    response = error_response({.code = base::Errc::access_denied, .message = error.message}, request.id, deps_.log);
  } else {
    response.headers.add("Www-Authenticate",
                         std::string(unauthorized(request, registry, named).headers.get("Www-Authenticate")));
  }
  return response;
}

web::Reaction Front::route(const web::Request& request, Terms& terms) const {
  const auto addressed = registry_of(request.host, deps_.options.domains);
  const bool named = addressed.has_value();
  const auto registry = addressed.value_or(deps_.options.default_registry);
  const auto& regions = deps_.options.regions;
  const bool served = regions.empty() || std::ranges::count(regions, registry.region.text()) != 0;

  const auto authorization = request.headers.get("Authorization");
  if (auth::offers_nothing(authorization)) {
    if (!served || !may_be_public(request)) return unauthorized(request, registry, named);
    auto reaction = serve(request, auth::Caller::anonymous(), registry, terms);
    return reveals_nothing(reaction) ? unauthorized(request, registry, named) : std::move(reaction);
  }
  const auto password = auth::parse_basic(authorization);
  if (!password) return unauthorized(request, registry, named);
  auto identity = deps_.tokens.open(password->reveal(), deps_.clock.now());
  if (!identity) {
    if (identity.error().code == base::Errc::token_expired) return expired(request, identity.error(), registry, named);
    return unauthorized(request, registry, named);
  }
  if (!served || identity->region != registry.region) {
    return error_response(
        {.code = base::Errc::access_denied,
         .message = "The authorization token is not valid for a registry in region " + registry.region.text()},
        request.id, deps_.log);
  }
  if (const auto alive = deps_.repositories.require_alive(identity->caller); !alive) {
    if (alive.error().code != base::Errc::access_denied) return error_response(alive.error(), request.id, deps_.log);
    return unauthorized(request, registry, named);
  }
  terms.lasting.until(identity->expires);
  return serve(request, std::move(identity->caller), registry, terms);
}

web::Reaction Front::serve(const web::Request& request, auth::Caller caller, const model::RegistryRef& registry,
                           Terms& terms) const {
  auto route = parse_route(request.path());
  if (!route) return error_response(route.error(), request.id, deps_.log);
  return dispatch(request, std::move(caller), registry, *std::move(route), {}, terms);
}

web::Reaction Front::dispatch(const web::Request& request, auth::Caller caller, model::RegistryRef registry,
                              Route route, std::string prefix, Terms& terms) const {
  const auto refuse = [&](const base::Error& error) { return error_response(error, request.id, deps_.log); };
  auto query = web::Query::parse(request.query());
  if (!query) return refuse(query.error());
  Call call{.deps = deps_,
            .request = request,
            .scope = {.caller = std::move(caller),
                      .request_id = request.id,
                      .deadline = base::Deadline::after(deps_.options.call),
                      .origin = deps_.options.origins.at(auth::Door::dkr, arrival_of(request)),
                      // Other calls go on when their terms are gone.
                      .lasting = terms.comparable ? &terms.lasting : nullptr},
            .registry = std::move(registry),
            .prefix = std::move(prefix),
            .route = std::move(route),
            .query = *std::move(query)};
  const auto operation = operation_of(call.route.endpoint, request.method);
  if (deps_.rates != nullptr && !operation.empty()) {
    const auto taken = deps_.rates->take(call.scope.caller.account, call.registry.region, operation);
    if (!taken) return refuse(taken.error());
  }
  terms.charge = Charge{.account = call.scope.caller.account, .region = call.registry.region, .operation = operation};
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
