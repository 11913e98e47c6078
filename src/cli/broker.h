// From the name of a registry to a login for it.
#pragma once

#include "cli/aws_call.h"
#include "cli/chain.h"
#include "cli/target.h"
#include "cli/token_cache.h"

namespace berth::cli {

// What does not change between two logins.
struct Surroundings {
  Environment environment;
  Profiles profiles;
  Ini own;  // Berth's own file
  Overrides overrides;
};

// All it refers to outlives it. One owner.
class Broker {
 public:
  Broker(const Surroundings& around, fetch::Sender& http, const TokenCache& cache, const base::Clock& clock)
      : around_(around), calls_(http, clock), cache_(cache), clock_(clock) {}

  // `server` as target.h takes it. With `instead`, as that workload and not as the machine (a kubelet's pod).
  // entity_not_found: none of our registries. missing_authentication: no credentials for it. Else what went wrong on
  // the way, without any secret in it.
  base::Result<Login> login(std::string_view server, const WebIdentity* instead = nullptr) const;

 private:
  base::Result<Login> ask(const Target& target, const Origin& origin) const;

  const Surroundings& around_;
  AwsCalls calls_;
  const TokenCache& cache_;
  const base::Clock& clock_;
};

}  // namespace berth::cli
