#include "service/rates.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/text.h"

namespace berth::service {

RateTable ecr_rates() {
  return {{"GetAuthorizationToken", {500, 500}}, {"BatchCheckLayerAvailability", {1'000, 1'000}},
          {"BatchGetImage", {2'000, 2'000}},     {"GetDownloadUrlForLayer", {3'000, 3'000}},
          {"InitiateLayerUpload", {100, 100}},   {"UploadLayerPart", {500, 500}},
          {"CompleteLayerUpload", {100, 100}},   {"PutImage", {10, 10}}};
}

base::Result<RateTable> read_rates(const std::vector<std::string>& texts) {
  RateTable table;
  for (const auto& text : texts) {
    if (text == "ecr") {
      for (auto& [operation, rate] : ecr_rates()) table.insert_or_assign(operation, rate);
      continue;
    }
    const auto equals = text.find('=');
    const auto colon = std::min(text.find(':', equals), text.size());
    const auto number = [&](std::size_t begin, std::size_t end) {
      return base::parse_integer<std::uint32_t>(std::string_view(text).substr(begin, end - begin));
    };
    const auto rate = equals == std::string::npos ? std::nullopt : number(equals + 1, colon);
    const auto burst = colon == text.size() ? rate : number(colon + 1, text.size());
    if (!rate || !burst || (*rate > 0 && *burst == 0)) {
      return base::fail(base::Errc::invalid_parameter,
                        "'" + text + "' is no rate; ecr, or OPERATION=CALLS_PER_SECOND[:BURST]");
    }
    if (*rate == 0) {
      table.erase(text.substr(0, equals));
    } else {
      table.insert_or_assign(text.substr(0, equals), Rate{.per_second = *rate, .burst = *burst});
    }
  }
  return table;
}

base::Result<void> Rates::take(const model::AccountId& account, const model::Region& region,
                               std::string_view operation) {
  const auto found = table_.find(operation);
  if (found == table_.end()) return {};
  const auto& [name, rate] = *found;
  const auto now = clock_.now();
  {
    const std::lock_guard lock(mutex_);
    auto& of_caller = bucket(account.text() + "/" + region.text() + "/" + name, rate, now);
    // A clock that was set back gives nothing and takes nothing.
    const double passed = std::max(0.0, std::chrono::duration<double>(now - of_caller.filled).count());
    of_caller.filled = now;
    of_caller.tokens =
        std::min(static_cast<double>(rate.burst), of_caller.tokens + passed * static_cast<double>(rate.per_second));
    if (of_caller.tokens >= 1) {
      of_caller.tokens -= 1;
      return {};
    }
  }
  throttled_.with({name}).add();
  return base::fail(base::Errc::throttled, "Rate exceeded");
}

Rates::Bucket& Rates::bucket(std::string key, const Rate& rate, base::Timestamp now) {
  if (const auto known = by_key_.find(key); known != by_key_.end()) {
    buckets_.splice(buckets_.begin(), buckets_, known->second);
    return buckets_.front();
  }
  if (buckets_.size() >= kMaxBuckets) {
    by_key_.erase(buckets_.back().key);
    buckets_.pop_back();
  }
  buckets_.push_front({.key = std::move(key), .tokens = static_cast<double>(rate.burst), .filled = now});
  by_key_.emplace(buckets_.front().key, buckets_.begin());
  return buckets_.front();
}

std::size_t Rates::buckets() const {
  const std::lock_guard lock(mutex_);
  return buckets_.size();
}

}  // namespace berth::service
