#include "cli/target.h"

#include "base/text.h"
#include "model/ecr_host.h"

namespace berth::cli {
namespace {

constexpr std::string_view kDefaultRegion = "us-east-1";

// What follows from a registry's name as ECR makes them.
struct EcrName {
  std::string region;
  std::string api, sts;  // hosts, with the port
};

std::optional<EcrName> parse_ecr_name(std::string_view host) {
  const auto found = model::parse_ecr_host(host);
  if (!found || !found->account) return std::nullopt;
  const bool dual = found->domain == "on.aws";
  const std::string tail = "." + found->region.text() + "." + (dual ? "api.aws" : found->domain) +
                           std::string(host.substr(model::port_at(host)));
  return EcrName{.region = found->region.text(),
                 .api = (found->fips ? "ecr-fips"
                         : dual      ? "ecr"
                                     : "api.ecr") +
                        tail,
                 .sts = "sts" + tail};
}

bool is_loopback(std::string_view host) {
  const auto name = host.substr(0, model::port_at(host));
  return name == "localhost" || name == "[::1]" ||
         (name.starts_with("127.") && name.find_first_not_of("0123456789.") == std::string_view::npos);
}

std::string authority_of(std::string_view url) {
  const auto slashes = url.find("://");
  if (slashes != std::string_view::npos) url.remove_prefix(slashes + 3);
  return base::to_lower(url.substr(0, url.find_first_of("/?#")));
}

std::optional<std::string> own_value(const Ini& own, const std::string& host, const std::string& key) {
  for (const std::string& section : {"registry " + host, std::string("default")}) {
    const auto values = own.find(section);
    if (values == own.end()) continue;
    const auto found = values->second.find(key);
    if (found != values->second.end() && !found->second.empty()) return found->second;
  }
  return std::nullopt;
}

template <class... Rest>
std::optional<std::string> first(std::optional<std::string> value, Rest... rest) {
  if constexpr (sizeof...(rest) > 0) {
    if (!value) return first(std::move(rest)...);
  }
  return value;
}

base::Result<std::string> checked(std::string url, std::string_view what) {
  while (url.ends_with('/')) url.pop_back();
  const bool right = (url.starts_with("https://") || url.starts_with("http://")) && !authority_of(url).empty() &&
                     url.find_first_of("?#@ \t", 7) == std::string::npos;
  if (!right) {
    return base::fail(base::Errc::invalid_parameter,
                      std::string(what) + " must be http:// or https:// and a host, but is " + base::quote_json(url));
  }
  return url;
}

}  // namespace

std::string registry_host(std::string_view server) { return authority_of(base::trim(server)); }

bool same_registry(std::string_view host, std::string_view proxy_endpoint) {
  const std::string other = authority_of(proxy_endpoint);
  if (host == other) return true;
  return parse_ecr_name(host) && parse_ecr_name(other) && host.substr(host.find('.')) == other.substr(other.find('.'));
}

base::Result<Target> find_target(std::string_view host, const Overrides& overrides, const Ini& own,
                                 const Environment& environment, const Profiles& profiles) {
  Target target{.host = base::to_lower(host)};
  const auto mine = [&](const char* key) { return own_value(own, target.host, key); };
  const auto env = [&](std::string_view name) { return variable(environment, name); };
  const bool named = own.contains("registry " + target.host);
  const auto name = parse_ecr_name(target.host);

  const auto asked_for = first(overrides.profile, mine("profile"));
  target.profile_was_asked_for = asked_for.has_value();
  target.profile = first(asked_for, env("AWS_PROFILE"), env("AWS_DEFAULT_PROFILE")).value_or("default");
  const bool ignore = base::to_lower(env("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS").value_or("")) == "true";
  const auto of_aws = [&](std::string_view service, std::string_view variable_name) {
    if (ignore) return std::optional<std::string>();
    return first(env(variable_name), env("AWS_ENDPOINT_URL"), profiles.endpoint_url(target.profile, service));
  };

  const auto said =
      first(overrides.endpoint_url, mine("endpoint_url"), env("BERTH_ENDPOINT"), of_aws("ecr", "AWS_ENDPOINT_URL_ECR"));
  const bool ours = named || name || is_loopback(target.host) || (said && authority_of(*said) == target.host);
  if (target.host.empty() || !ours) {
    return base::fail(base::Errc::entity_not_found, base::quote_json(target.host) +
                                                        " is no registry's name that Berth knows; a [registry HOST] "
                                                        "in ~/.berth/config makes it one");
  }
  target.endpoint = said   ? *said
                    : name ? "https://" + name->api
                           : (is_loopback(target.host) ? "http://" : "https://") + target.host;
  BERTH_TRY(target.endpoint, checked(std::move(target.endpoint), "the endpoint of ECR"));
  target.sts_endpoint =
      first(overrides.sts_endpoint_url, mine("sts_endpoint_url"), of_aws("sts", "AWS_ENDPOINT_URL_STS"))
          .value_or(!said && name ? "https://" + name->sts : target.endpoint);
  BERTH_TRY(target.sts_endpoint, checked(std::move(target.sts_endpoint), "the endpoint of STS"));
  target.check_answer = said && !named && authority_of(target.endpoint) != target.host;

  target.region = name ? name->region
                       : first(overrides.region, mine("region"), env("AWS_REGION"), env("AWS_DEFAULT_REGION"),
                               profiles.get(target.profile, "region"))
                             .value_or(std::string(kDefaultRegion));
  if (!model::Region::matches(target.region)) {
    return base::fail(base::Errc::invalid_parameter, base::quote_json(target.region) + " is not a region");
  }
  target.ca_bundle =
      first(overrides.ca_bundle, mine("ca_bundle"), env("AWS_CA_BUNDLE"), profiles.get(target.profile, "ca_bundle"))
          .value_or("");
  return target;
}

}  // namespace berth::cli
