#include "api/oci/route.h"

#include <span>
#include <vector>

#include "base/text.h"
#include "web/url.h"

namespace berth::api::oci {
namespace {

constexpr std::string_view kPrefix = "/v2/";

std::string join(std::span<const std::string> segments) {
  // An empty segment stays one, so that a name has one spelling: "//team" is no name, and not "team".
  std::string text;
  for (const auto& segment : segments) text.append(segment).push_back('/');
  if (!text.empty()) text.pop_back();
  return text;
}

}  // namespace

base::Result<Route> parse_route(std::string_view path) {
  if (path == "/v2" || path == kPrefix) return Route{};
  if (!path.starts_with(kPrefix)) return base::fail(base::Errc::unsupported, "There is nothing at this path");
  std::vector<std::string> segments;
  for (const auto raw : base::split(path.substr(kPrefix.size()), '/')) {
    auto segment = web::percent_decode(raw);
    if (!segment || segment->contains('/')) {
      return base::fail(base::Errc::name_invalid, "The path has an escape that stands for what no path may hold");
    }
    segments.push_back(*std::move(segment));
  }
  const std::span<const std::string> all(segments);
  const auto n = all.size();
  const auto route = [&](Endpoint endpoint, std::size_t name_length, std::string reference) {
    return Route{.endpoint = endpoint, .name = join(all.first(name_length)), .reference = std::move(reference)};
  };
  if (n == 1 && all[0] == "_catalog") return route(Endpoint::catalog, 0, {});
  if (n >= 4 && all[n - 3] == "blobs" && all[n - 2] == "uploads") {
    return all[n - 1].empty() ? route(Endpoint::uploads, n - 3, {}) : route(Endpoint::upload, n - 3, all[n - 1]);
  }
  if (n >= 3 && all[n - 2] == "blobs" && all[n - 1] == "uploads") return route(Endpoint::uploads, n - 2, {});
  if (n >= 3 && all[n - 2] == "blobs") return route(Endpoint::blob, n - 2, all[n - 1]);
  if (n >= 3 && all[n - 2] == "manifests") return route(Endpoint::manifest, n - 2, all[n - 1]);
  if (n >= 3 && all[n - 2] == "referrers") return route(Endpoint::referrers, n - 2, all[n - 1]);
  if (n >= 3 && all[n - 2] == "tags" && all[n - 1] == "list") return route(Endpoint::tags, n - 2, {});
  return base::fail(base::Errc::unsupported, "There is nothing at this path");
}

}  // namespace berth::api::oci
