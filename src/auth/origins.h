// Tells where a call comes from: which VPC endpoint, if any (ecr.md 10).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "auth/origin.h"
#include "base/network.h"
#include "policy/document.h"

namespace berth::auth {

// "com.amazonaws.REGION.ecr.api" and "...ecr.dkr": endpoints have a policy for each.
enum class Door : bool { api, dkr };

struct VpcEndpoint {
  std::string vpce;
  std::string vpc;
  std::vector<base::Network> networks;                 // of clients
  std::string listener;                                // requests that came in by it; empty: none
  std::shared_ptr<const policy::Document> api_policy;  // nullptr: allows all
  std::shared_ptr<const policy::Document> dkr_policy;
};

// What a door knows of a request.
struct Arrival {
  std::string_view client;    // the address, behind trusted proxies the one that they name
  std::string_view listener;  // its name; most have none
  bool secure = false;
  std::string_view user_agent;
  std::string_view referer;
};

// Immutable; safe from any thread.
class Origins {
 public:
  explicit Origins(std::vector<VpcEndpoint> endpoints = {}) : endpoints_(std::move(endpoints)) {}

  // A listener counts before addresses; of several endpoints, the first.
  Origin at(Door door, const Arrival& arrival) const;

 private:
  const VpcEndpoint* endpoint_of(const Arrival& arrival) const;
  std::vector<VpcEndpoint> endpoints_;
};

}  // namespace berth::auth
