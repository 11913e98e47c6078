// When images were last pulled (lastRecordedPullTime), without a write for each pull.
#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "auth/caller.h"
#include "base/clock.h"
#include "base/deadline.h"
#include "base/error.h"
#include "base/metrics.h"
#include "meta/store.h"
#include "model/image.h"
#include "model/repository.h"
#include "service/pull_exclusions.h"

namespace berth::service {

// Pulls are kept in memory until the next flush(), which a loop calls every two seconds and an orderly end calls last:
// what a crash loses is the pulls of these seconds. A time is that of a pull, and at most kExact older than the last
// one. Safe from any thread; references outlive it.
//
// Memory is bounded: of more than kMaxPending images pulled between two flushes the later ones are not noted but
// counted (berth_pull_times_dropped_total). They are all of the same seconds, so none is worth more than another.
class PullRecorder {
 public:
  static constexpr auto kExact = std::chrono::minutes(1);
  static constexpr std::size_t kMaxPending = 50'000;
  static constexpr std::size_t kBatch = 500;  // rows of one transaction

  PullRecorder(meta::Store& store, const base::Clock& clock, ExclusionCache& exclusions, base::Metrics& metrics);

  // `caller` has got the manifest of `image`, which was just read. Nothing, if a pull within kExact is recorded; else
  // one operation on a hash map. Until when another pull of the same is nothing to note.
  base::Timestamp note(const auth::Caller& caller, const model::Repository& repository, const model::Image& image);

  // Whether a pull is noted that metadata may not have yet. `repository`: its id.
  bool pending(std::string_view repository, const model::Digest& digest) const;

  // Writes what was noted before the call, in transactions of kBatch; how many. What could not be written stays noted.
  base::Result<std::size_t> flush(const base::Deadline& deadline);

 private:
  using Pulls = std::unordered_map<std::string, base::Timestamp>;  // by digest, a blank and the repository's id

  base::Result<void> write(const Pulls& pulls, const base::Deadline& deadline);

  meta::Store& store_;
  const base::Clock& clock_;
  ExclusionCache& exclusions_;
  base::Counter& dropped_;
  std::mutex flushing_;  // one flush at a time; before mutex_
  mutable std::mutex mutex_;
  Pulls noted_;
  Pulls written_;  // what a flush is about to write
};

}  // namespace berth::service
