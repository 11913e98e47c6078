// Principals whose pulls are not recorded: as clients set them, and as every pull asks.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "model/repository.h"
#include "service/core.h"

namespace berth::service {

// What is excluded, without a read for each pull. Safe from any thread; `store` and `clock` outlive it. May block on
// one read for each registry every kFresh; if that fails, nobody is excluded, since a pull too many keeps an image.
class ExclusionCache {
 public:
  // For how long other processes may not know of a change.
  static constexpr auto kFresh = std::chrono::seconds(5);

  ExclusionCache(meta::Store& store, const base::Clock& clock) : store_(store), clock_(clock) {}

  // A user is meant by its ARN, a role with all its sessions by its own. Nobody else can be excluded.
  bool covers(const auth::Caller& caller, const model::RegistryRef& registry);
  // This process has changed them.
  void forget(const model::RegistryRef& registry);

 private:
  static constexpr std::size_t kMaxRegistries = 10'000;
  using Key = std::pair<std::string, std::string>;  // account, region
  struct Known {
    std::set<std::string, std::less<>> principals;
    base::Timestamp read;
  };

  meta::Store& store_;
  const base::Clock& clock_;
  std::mutex mutex_;
  std::map<Key, Known> known_;
};

// Stateless; safe from any thread; references outlive it. Every method: access_denied, deadline_exceeded, unavailable.
class PullExclusionService {
 public:
  static constexpr std::size_t kMax = 100;  // ECR's quota, of a registry

  PullExclusionService(const Core& core, ExclusionCache& cache) : core_(core), cache_(cache) {}

  // `principal`: an ARN of a user or role, which need not be there. When it was excluded. pull_exclusion_exists,
  // limit_exceeded.
  base::Result<base::Timestamp> add(const Scope& scope, const model::RegistryRef& registry,
                                    const std::string& principal);
  // pull_exclusion_not_found.
  base::Result<void> remove(const Scope& scope, const model::RegistryRef& registry, const std::string& principal);
  // Ascending, after `after`.
  base::Result<std::vector<std::string>> list(const Scope& scope, const model::RegistryRef& registry,
                                              const std::string& after, std::size_t limit);

 private:
  const Core& core_;
  ExclusionCache& cache_;
};

}  // namespace berth::service
