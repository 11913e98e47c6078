// Deletes what is left of removed repositories, a few rows in a transaction, so that nobody waits long for the
// database.
//
// Killed anywhere, the rest is taken on again; several processes on one store share the work.
#pragma once

#include <cstddef>

#include "base/log.h"
#include "base/metrics.h"
#include "service/core.h"

namespace berth::service {

// For one thread. References outlive it.
class RepositoryRemovals {
 public:
  // Rows of one transaction, which is what others may have to wait for: less than a millisecond of SQLite's one writer.
  // Who paces the steps decides with it how many go in a second.
  static constexpr std::size_t kBatch = 25;

  RepositoryRemovals(const Core& core, base::Log& log, base::Metrics& metrics);

  // How many rows it deleted. 0: nothing is left of any.
  base::Result<std::size_t> step();

 private:
  const Core& core_;
  base::Log& log_;
  base::Counter& rows_;
  base::Counter& repositories_;
  base::Gauge& waiting_;
  base::Histogram& seconds_;
};

}  // namespace berth::service
