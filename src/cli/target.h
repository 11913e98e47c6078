// For which registry a login is wanted, and which server to ask for it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cli/ini.h"
#include "cli/profiles.h"

namespace berth::cli {

// What the command line says; it goes before everything else.
struct Overrides {
  std::optional<std::string> endpoint_url, sts_endpoint_url, region, profile, ca_bundle;
};

struct Target {
  std::string host;          // of the registry, lower case, with its port: what the login is for
  std::string endpoint;      // of ECR: scheme://host[:port], no slash at the end
  std::string sts_endpoint;  // likewise
  std::string region;
  std::string profile;
  bool profile_was_asked_for = false;  // by flag or file: goes before keys in the environment
  std::string ca_bundle;               // a file; empty: the system's
  // Nothing but an answer of the endpoint can say whether `host` is its registry: check proxyEndpoint before a token is
  // handed out, or any name in a Dockerfile could ask for one.
  bool check_answer = false;
};

// `server`: as docker says it ("https://HOST/v2/", "HOST"), or an image's name. The host of it, or empty.
std::string registry_host(std::string_view server);

// Where to ask for `host`, from the first that says so: flags, [registry HOST] and [default] of Berth's own file,
// BERTH_ENDPOINT, AWS_ENDPOINT_URL_ECR, AWS_ENDPOINT_URL, the profile; else by its name:
//   ACCOUNT.dkr.ecr.REGION.DOMAIN -> https://api.ecr.REGION.DOMAIN     and its fips and dual-stack forms
//   localhost, 127.0.0.1, [::1]   -> http:// the same host and port    (all doors of a Berth share one)
// A host that is neither, stands in no [registry HOST] and is not the endpoint itself is none of ours:
// entity_not_found.
base::Result<Target> find_target(std::string_view host, const Overrides& overrides, const Ini& own,
                                 const Environment& environment, const Profiles& profiles);

// Whether the registry of `proxy_endpoint` (a URL) is that host, or is it but for the account.
bool same_registry(std::string_view host, std::string_view proxy_endpoint);

}  // namespace berth::cli
