#include "api/oci/call.h"

#include <algorithm>

#include "base/text.h"

namespace berth::api::oci {

base::Result<model::RepositoryRef> Call::repository() const {
  BERTH_TRY(auto name, model::RepositoryName::parse(route.name));
  return model::RepositoryRef{registry, std::move(name)};
}

web::Response Call::error(const base::Error& e) const {
  if (prefix.empty() || e.code != base::Errc::repository_not_found) return error_response(e, request.id, deps.log);
  // A public registry is known by its alias; whose account it is, is nobody's business.
  auto shown = e;
  shown.message = "The repository with name '" + route.name + "' does not exist in the registry with id '" +
                  prefix.substr(0, prefix.size() - 1) + "'";
  return error_response(shown, request.id, deps.log);
}

web::Response Call::not_allowed(std::string_view allowed) const {
  auto response = error({.code = base::Errc::unsupported, .message = "The method is not allowed here"});
  response.status = 405;
  response.headers.add("Allow", std::string(allowed));
  return response;
}

base::Result<Paging> paging(const web::Query& query) {
  Paging page{.last = std::string(query.get("last"))};
  if (const auto n = query.find("n")) {
    // A number too large for a word is still only "more than a page".
    const bool digits =
        !n->empty() && n->size() <= 40 && std::ranges::all_of(*n, [](char c) { return c >= '0' && c <= '9'; });
    if (!digits) return base::fail(base::Errc::invalid_parameter, "n must be a number that is not negative");
    page.limit = std::min<std::uint64_t>(base::parse_integer<std::uint64_t>(*n).value_or(UINT64_MAX), Paging::kMaxPage);
    page.limited = true;
  }
  return page;
}

void add_next_link(web::Response& response, std::string_view path, const web::Query& query, const Paging& page,
                   std::string_view last) {
  std::string target(path);
  target += "?last=" + web::percent_encode(last);
  if (page.limited) target += "&n=" + std::to_string(page.limit);
  if (const auto type = query.find("artifactType")) target += "&artifactType=" + web::percent_encode(*type);
  response.headers.add("Link", "<" + target + ">; rel=\"next\"");
}

web::Reaction ping(const Call& call) {
  if (call.request.method != web::Method::get && call.request.method != web::Method::head) {
    return call.not_allowed("GET, HEAD");
  }
  web::Response response{.body = std::string("{}")};
  response.headers.add("Content-Type", "application/json");
  return response;
}

}  // namespace berth::api::oci
