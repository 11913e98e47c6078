// The path and the host of the OCI door: whatever a route's name is, it is the one that stands in the path, and a
// repository that passes the check of its name has one spelling.
//
//   host LF target
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "api/oci/route.h"
#include "model/ecr_host.h"
#include "model/repository_name.h"
#include "web/url.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace berth;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto line = text.find('\n');
  if (line == std::string_view::npos) return 0;
  static const std::vector<std::string> kDomains = {"amazonaws.com"};
  const auto host = text.substr(0, line);
  if (const auto read = model::parse_ecr_host(host, kDomains); read && read->account) {
    if (!host.starts_with(read->account->text())) std::abort();
  }
  const auto target = text.substr(line + 1);
  const auto path = target.substr(0, target.find('?'));
  (void)web::Query::parse(target.substr(std::min(target.size(), path.size() + 1)));
  const auto route = api::oci::parse_route(path);
  if (!route) return 0;
  if (route->reference.find('/') != std::string::npos) std::abort();
  if (!model::RepositoryName::parse(route->name)) return 0;
  // A valid name holds no character that needs an escape, so an unescaped path holds it as it is.
  if (path.find('%') == std::string_view::npos && !path.starts_with("/v2/" + route->name + "/")) std::abort();
  return 0;
}
