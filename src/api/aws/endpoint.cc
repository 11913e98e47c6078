#include "api/aws/endpoint.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "model/ecr_host.h"

namespace berth::api::aws {
namespace {

std::string first_domain(const std::vector<std::string>& domains) {
  return domains.empty() ? "amazonaws.com" : domains.front();
}

// The domain to show to who asked by `host`: its own, the first one if it is a dual-stack name; empty: no name of ECR.
std::string shown_domain(std::string_view host, const std::vector<std::string>& domains) {
  auto asked = model::parse_ecr_host(host, domains);
  if (!asked) return {};
  return asked->domain.empty() ? first_domain(domains) : std::move(asked->domain);
}

constexpr std::string_view kLocalhost = ".localhost";

// A name by which only this machine's own clients can have asked.
bool is_loopback(std::string_view host) {
  return host == "localhost" || host.ends_with(kLocalhost) || host.starts_with("127.") || host == "[::1]";
}

}  // namespace

Endpoint::Endpoint(const web::Request& request, const EndpointOptions& options)
    : options_(options),
      scheme_(request.scheme),
      authority_(request.host),
      domain_(shown_domain(request.host, options.domains)) {
  if (domain_.empty() && !options.public_url.empty()) {
    const auto slashes = options.public_url.find("://");
    scheme_ = options.public_url.substr(0, slashes);
    authority_ = options.public_url.substr(slashes + 3);
    while (authority_.ends_with('/')) authority_.pop_back();
  }
  port_ = authority_.substr(model::port_at(authority_));
}

std::string Endpoint::registry(const model::RegistryRef& of) const {
  const auto& home = options_.default_registry;
  if (domain_.empty() && of.account == home.account && of.region == home.region) return authority_;
  std::string name = of.account.text() + ".dkr.ecr." + of.region.text() + ".";
  return name.append(domain_.empty() ? first_domain(options_.domains) : domain_).append(port_);
}

std::string Endpoint::public_registry() const {
  const auto& hosts = options_.public_hosts;
  auto shown = hosts.begin();
  if (is_loopback(std::string_view(authority_).substr(0, authority_.size() - port_.size()))) {
    const auto local = std::ranges::find_if(hosts, [](const auto& host) { return host.ends_with(kLocalhost); });
    if (local != hosts.end()) shown = local;
  }
  return (shown == hosts.end() ? "public.ecr.aws" : *shown) + port_;
}

std::string Endpoint::registry_url(const model::RegistryRef& of) const { return scheme_ + "://" + registry(of); }

}  // namespace berth::api::aws
