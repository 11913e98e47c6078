// When images were last pulled, and whose pulls are not to count.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "model/repository.h"
#include "sql/database.h"

namespace berth::meta {

struct PullTime {
  std::string repository, digest;  // the repository's id
  base::Timestamp time;
};

class PullTimes {
 public:
  explicit PullTimes(sql::Tx& tx) : tx_(tx) {}

  // Moves images' pull times on, never back. Those of images that are gone are nothing. How many moved.
  base::Result<std::int64_t> record(const std::vector<PullTime>& pulls);
  // What was pulled before this time, and not since, is not known. The epoch: all pulls are.
  base::Result<base::Timestamp> recorded_since();

  // Principals of a registry, by ARN. false: it is excluded already, or was not.
  base::Result<bool> exclude(const model::RegistryRef& registry, const std::string& principal, base::Timestamp now);
  base::Result<bool> include(const model::RegistryRef& registry, const std::string& principal);
  // Ascending, after `after`.
  base::Result<std::vector<std::string>> excluded(const model::RegistryRef& registry, const std::string& after,
                                                  std::size_t limit);

 private:
  sql::Tx& tx_;
};

}  // namespace berth::meta
