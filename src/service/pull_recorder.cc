#include "service/pull_recorder.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace berth::service {
namespace {

std::string key_of(std::string_view repository, const model::Digest& digest) {
  std::string key = digest.text();
  return key.append(1, ' ').append(repository);
}

}  // namespace

PullRecorder::PullRecorder(meta::Store& store, const base::Clock& clock, ExclusionCache& exclusions,
                           base::Metrics& metrics)
    : store_(store),
      clock_(clock),
      exclusions_(exclusions),
      dropped_(metrics.counter("berth_pull_times_dropped_total",
                               "Pulls whose time was not recorded, since too many images were pulled at once.")) {}

base::Timestamp PullRecorder::note(const auth::Caller& caller, const model::Repository& repository,
                                   const model::Image& image) {
  const auto now = clock_.now();
  if (image.pulled && now - *image.pulled < kExact) return *image.pulled + kExact;
  if (exclusions_.covers(caller, repository.ref.registry)) return now + ExclusionCache::kFresh;
  auto key = key_of(repository.id, image.digest);
  const std::lock_guard lock(mutex_);
  if (const auto noted = noted_.find(key); noted != noted_.end()) return noted->second + kExact;
  if (noted_.size() >= kMaxPending) {
    dropped_.add();
    return now;
  }
  noted_.emplace(std::move(key), now);
  return now + kExact;
}

bool PullRecorder::pending(std::string_view repository, const model::Digest& digest) const {
  const auto key = key_of(repository, digest);
  const std::lock_guard lock(mutex_);
  return noted_.contains(key) || written_.contains(key);
}

base::Result<std::size_t> PullRecorder::flush(const base::Deadline& deadline) {
  const std::lock_guard one(flushing_);
  {
    const std::lock_guard lock(mutex_);
    written_.swap(noted_);
  }
  const auto done = written_.empty() ? base::Result<void>() : write(written_, deadline);
  const std::lock_guard lock(mutex_);
  if (!done) {
    // Some may be written; to write them again is nothing. A time that came meanwhile is the later one, and stays.
    while (!written_.empty() && noted_.size() < kMaxPending) noted_.insert(written_.extract(written_.begin()));
    dropped_.add(written_.size());
    written_.clear();
    return std::unexpected(done.error());
  }
  return std::exchange(written_, {}).size();
}

base::Result<void> PullRecorder::write(const Pulls& pulls, const base::Deadline& deadline) {
  // In one order on every node, so that nodes that write the same rows wait for each other instead of failing.
  std::vector<std::pair<std::string_view, base::Timestamp>> all(pulls.begin(), pulls.end());
  std::ranges::sort(all);
  std::vector<meta::PullTime> batch;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto& [key, time] = all[i];
    const auto blank = key.find(' ');
    batch.push_back(
        {.repository = std::string(key.substr(blank + 1)), .digest = std::string(key.substr(0, blank)), .time = time});
    if (batch.size() < kBatch && i + 1 < all.size()) continue;
    BERTH_CHECK(store_.write(deadline, [&](meta::Tx& tx) { return tx.pull_times().record(batch); }));
    batch.clear();
  }
  return {};
}

}  // namespace berth::service
