// GET /v2/<name>/tags/list and GET /v2/_catalog.
#include "api/oci/call.h"

namespace berth::api::oci {
namespace {

web::Response json_list(std::string_view path, const Call& call, const Paging& page, std::string_view key,
                        std::vector<std::string> entries, std::optional<std::string> name) {
  // The services answer one entry more than asked for if there is another page.
  const bool more = entries.size() > page.limit;
  if (more) entries.resize(page.limit);
  json::Writer out;
  out.begin_object();
  if (name) {
    out.key("name");
    out.string(*name);
  }
  out.key(key);
  out.begin_array();
  for (const auto& entry : entries) out.string(entry);
  out.end_array();
  out.end_object();
  web::Response response{.body = out.take()};
  response.headers.add("Content-Type", "application/json");
  if (more && !entries.empty()) add_next_link(response, path, call.query, page, entries.back());
  return response;
}

}  // namespace

web::Reaction tags(const Call& call) {
  if (call.request.method != web::Method::get && call.request.method != web::Method::head) {
    return call.not_allowed("GET, HEAD");
  }
  const auto ref = call.repository();
  if (!ref) return call.error(ref.error());
  const auto page = paging(call.query);
  if (!page) return call.error(page.error());
  auto found = call.deps.images.tags(call.scope, *ref, page->last, page->limit + 1);
  if (!found) return call.error(found.error());
  return json_list(call.path_of(*ref) + "/tags/list", call, *page, "tags", *std::move(found), call.name_of(*ref));
}

web::Reaction catalog(const Call& call) {
  if (call.request.method != web::Method::get && call.request.method != web::Method::head) {
    return call.not_allowed("GET, HEAD");
  }
  const auto page = paging(call.query);
  if (!page) return call.error(page.error());
  const auto found =
      call.deps.repositories.list(call.scope, call.registry, {.after = page->last, .limit = page->limit});
  if (!found) return call.error(found.error());
  std::vector<std::string> names;
  names.reserve(found->size());
  for (const auto& repository : *found) names.push_back(repository.ref.name.text());
  return json_list("/v2/_catalog", call, *page, "repositories", std::move(names), std::nullopt);
}

}  // namespace berth::api::oci
