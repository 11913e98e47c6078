// How often operations may be called: ECR's rate quotas ("Amazon ECR service quotas"), a token bucket for each account,
// region and operation. Of this process: several nodes let through as many times as much.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/metrics.h"
#include "model/account_id.h"
#include "model/region.h"

namespace berth::service {

struct Rate {
  std::uint64_t per_second = 0;  // not 0
  std::uint64_t burst = 0;       // how many at once, after a rest; not 0
};
// By operation. "PutImage" -> 10 a second.
using RateTable = std::map<std::string, Rate, std::less<>>;

// What ECR gives an account.
RateTable ecr_rates();

// The table that `texts` say, later ones over earlier ones: "ecr" for all of ecr_rates(), or OPERATION=RATE[:BURST],
// where a rate of 0 takes one away. invalid_parameter.
base::Result<RateTable> read_rates(const std::vector<std::string>& texts);

// Safe from any thread. References outlive it.
class Rates {
 public:
  // Buckets in memory; beyond them the one that was used longest ago is forgotten, which is to say full.
  static constexpr std::size_t kMaxBuckets = 10'000;

  Rates(RateTable table, const base::Clock& clock, base::Metrics& metrics)
      : table_(std::move(table)),
        clock_(clock),
        throttled_(metrics.counters("berth_service_throttled_total", "Calls over the rate of their operation.",
                                    {"operation"})) {}

  // `throttled`, in AWS's words. An operation without a rate costs nothing. `account`: the caller's; those without
  // credentials have one together, which is nobody else's.
  base::Result<void> take(const model::AccountId& account, const model::Region& region, std::string_view operation);

  std::size_t buckets() const;

 private:
  struct Bucket {
    std::string key;
    double tokens = 0;
    base::Timestamp filled;
  };
  using Buckets = std::list<Bucket>;  // the last used one first

  Bucket& bucket(std::string key, const Rate& rate, base::Timestamp now);

  const RateTable table_;
  const base::Clock& clock_;
  base::Family<base::Counter>& throttled_;
  mutable std::mutex mutex_;
  Buckets buckets_;
  std::unordered_map<std::string_view, Buckets::iterator> by_key_;  // views of Bucket::key
};

}  // namespace berth::service
