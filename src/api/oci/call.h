// One authenticated call, and what its endpoint needs to answer it. Private to api/oci.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/oci/errors.h"
#include "api/oci/front.h"
#include "api/oci/route.h"
#include "json/writer.h"
#include "web/url.h"

namespace berth::api::oci {

struct Call {
  const Deps& deps;
  const web::Request& request;
  service::Scope scope;
  model::RegistryRef registry;
  std::string prefix;  // before names in paths: "<alias>/" of a public registry, or nothing
  Route route;
  web::Query query;

  base::Result<model::RepositoryRef> repository() const;  // name_invalid
  web::Response error(const base::Error& e) const;
  // A repository's name as it stands in paths, and the path that all of its begin with.
  std::string name_of(const model::RepositoryRef& ref) const { return prefix + ref.name.text(); }
  std::string path_of(const model::RepositoryRef& ref) const { return "/v2/" + name_of(ref); }
  std::string location(std::string_view path) const { return deps.options.public_url + std::string(path); }
  web::Response not_allowed(std::string_view allowed) const;
};

// n, last and Link of the listing endpoints (spec "Content Discovery"). A client may ask for more than a page holds; it
// gets a page and the way to the next.
struct Paging {
  static constexpr std::size_t kMaxPage = 1000;
  std::size_t limit = kMaxPage;
  bool limited = false;  // the client gave n
  std::string last;
};
base::Result<Paging> paging(const web::Query& query);  // invalid_parameter
void add_next_link(web::Response& response, std::string_view path, const web::Query& query, const Paging& page,
                   std::string_view last);

web::Reaction ping(const Call& call);
web::Reaction catalog(const Call& call);
web::Reaction manifests(Call call);
web::Reaction blobs(const Call& call);
web::Reaction uploads(Call call);
web::Reaction upload(Call call);
web::Reaction tags(const Call& call);
web::Reaction referrers(const Call& call);
web::Response download(const Deps& deps, const web::Request& request);

}  // namespace berth::api::oci
