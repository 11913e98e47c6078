// The host names of ECR, read back: <account>.dkr.ecr.<region>.<domain> for a registry, api.ecr.<region>.<domain> or
// ecr.<region>.<domain> for the API, each also with -fips, and the dual-stack names of both.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "model/account_id.h"
#include "model/region.h"

namespace berth::model {

struct EcrHost {
  std::optional<AccountId> account;  // absent: a name of the API
  Region region;
  std::string domain;  // one of those given; empty for a dual-stack name (on.aws for registries, api.aws for the API)
  bool fips = false;
};

// nullopt: not a name of ECR. `host` may carry a port; case does not matter. `domains`: e.g. "amazonaws.com".
std::optional<EcrHost> parse_ecr_host(std::string_view host, std::span<const std::string> domains);

// The same below any domain, which is then what stands there, also of a dual-stack name: for a client, who knows of a
// server only its name.
std::optional<EcrHost> parse_ecr_host(std::string_view host);

// Where the port of "host:port" or "[::1]:port" begins; its size if it has none.
std::size_t port_at(std::string_view authority);

}  // namespace berth::model
