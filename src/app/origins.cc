#include "app/origins.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <utility>

namespace berth::app {
namespace {

using Policy = std::shared_ptr<const policy::Document>;

base::Result<Policy> read_policy(const config::VpcEndpoint& endpoint, const std::string& path) {
  if (path.empty()) return nullptr;
  const auto wrong = [&](const std::string& what) {
    return base::fail(base::Errc::invalid_parameter, "vpc_endpoint " + endpoint.id + ": " + path + ": " + what);
  };
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!file) return wrong(std::strerror(errno));
  auto document = policy::Document::parse(text, policy::Kind::endpoint);
  if (!document) return wrong(document.error().message);
  return document;
}

}  // namespace

base::Result<auth::Origins> origins_of(const config::Options& options) {
  std::vector<auth::VpcEndpoint> endpoints;
  for (const auto& configured : options.vpc_endpoints) {
    auth::VpcEndpoint endpoint{.vpce = configured.id,
                               .vpc = configured.vpc,
                               .networks = {},
                               .listener = configured.listen.empty() ? std::string() : configured.id,
                               .api_policy = {},
                               .dkr_policy = {}};
    for (const auto& text : configured.networks) {
      BERTH_TRY(auto network, base::Network::parse(text));
      endpoint.networks.push_back(network);
    }
    BERTH_TRY(endpoint.api_policy, read_policy(configured, configured.api_policy));
    BERTH_TRY(endpoint.dkr_policy, read_policy(configured, configured.dkr_policy));
    endpoints.push_back(std::move(endpoint));
  }
  return auth::Origins(std::move(endpoints));
}

}  // namespace berth::app
