#include "api/aws/endpoint.h"

#include <algorithm>

#include "base/text.h"

namespace berth::api::aws {
namespace {

// Where the port begins in "host:port" or "[::1]:port".
std::size_t port_at(std::string_view authority) {
  const auto colon = authority.rfind(':');
  const auto bracket = authority.rfind(']');
  const bool none = colon == std::string_view::npos || (bracket != std::string_view::npos && bracket > colon);
  return none ? authority.size() : colon;
}

bool take(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

std::string_view first_domain(std::span<const std::string> domains) {
  return domains.empty() ? std::string_view("amazonaws.com") : std::string_view(domains.front());
}

}  // namespace

std::string_view ecr_domain(std::string_view host, std::span<const std::string> domains) {
  const std::string name = base::to_lower(host.substr(0, port_at(host)));
  std::string_view rest = name;
  const auto dot = rest.find('.');
  if (dot != std::string_view::npos && model::AccountId::matches(rest.substr(0, dot))) {
    rest.remove_prefix(dot + 1);
    if (!take(rest, "dkr.ecr.") && !take(rest, "dkr.ecr-fips.") && !take(rest, "dkr-ecr.") &&
        !take(rest, "dkr-ecr-fips.")) {
      return {};
    }
  } else if (!take(rest, "api.ecr.") && !take(rest, "api.ecr-fips.") && !take(rest, "ecr.") &&
             !take(rest, "ecr-fips.")) {
    return {};
  }
  const auto end = rest.find('.');
  if (end == std::string_view::npos || !model::Region::matches(rest.substr(0, end))) return {};
  const auto domain = rest.substr(end + 1);
  if (domain == "api.aws" || domain == "on.aws") return first_domain(domains);
  const auto found = std::ranges::find(domains, domain);
  return found == domains.end() ? std::string_view() : std::string_view(*found);
}

Endpoint::Endpoint(const web::Request& request, const EndpointOptions& options)
    : options_(options),
      scheme_(request.scheme),
      authority_(request.host),
      domain_(ecr_domain(request.host, options.domains)) {
  if (domain_.empty() && !options.public_url.empty()) {
    const auto slashes = options.public_url.find("://");
    scheme_ = options.public_url.substr(0, slashes);
    authority_ = options.public_url.substr(slashes + 3);
    while (authority_.ends_with('/')) authority_.pop_back();
  }
  port_ = authority_.substr(port_at(authority_));
}

std::string Endpoint::registry(const model::RegistryRef& of) const {
  const auto& home = options_.default_registry;
  if (domain_.empty() && of.account == home.account && of.region == home.region) return authority_;
  std::string name = of.account.text() + ".dkr.ecr." + of.region.text() + ".";
  return name.append(domain_.empty() ? first_domain(options_.domains) : domain_).append(port_);
}

std::string Endpoint::registry_url(const model::RegistryRef& of) const { return scheme_ + "://" + registry(of); }

}  // namespace berth::api::aws
