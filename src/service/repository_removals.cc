#include "service/repository_removals.h"

#include <chrono>
#include <string>

namespace berth::service {
namespace {

constexpr std::size_t kMostCounted = 1'000;

struct Batch {
  std::string repository;
  meta::RepositoryRemains::Removed removed;
  std::size_t waiting = 0;  // repositories, when it was over
  std::chrono::duration<double> held{};
};

base::Result<Batch> remove_batch(meta::Tx& tx) {
  const auto begun = std::chrono::steady_clock::now();
  auto remains = tx.repository_remains();
  Batch batch;
  BERTH_TRY(const auto repository, remains.claim());
  if (!repository) return batch;
  batch.repository = *repository;
  BERTH_TRY(batch.removed, remains.remove(*repository, RepositoryRemovals::kBatch));
  BERTH_TRY(batch.waiting, remains.count(kMostCounted));
  batch.held = std::chrono::steady_clock::now() - begun;
  return batch;
}

}  // namespace

RepositoryRemovals::RepositoryRemovals(const Core& core, base::Log& log, base::Metrics& metrics)
    : core_(core),
      log_(log),
      rows_(metrics.counter("berth_repository_removal_rows_total", "Rows deleted of repositories that were removed.")),
      repositories_(
          metrics.counter("berth_repository_removals_total", "Removed repositories of which nothing is left.")),
      waiting_(metrics.gauge("berth_repository_removals_waiting",
                             "Removed repositories of which something is left; at most 1000 are counted.")),
      seconds_(metrics.histogram("berth_repository_removal_seconds",
                                 "How long one batch of deletions kept other writers waiting.")) {}

base::Result<std::size_t> RepositoryRemovals::step() {
  const auto deadline = base::Deadline::after(core_.limits.call);
  BERTH_TRY(const bool any, core_.store.read(deadline, [](meta::Tx& tx) { return tx.repository_remains().any(); }));
  if (!any) {
    waiting_.set(0);
    return 0;
  }
  BERTH_TRY(const auto batch, core_.store.write(deadline, remove_batch));
  for (const auto& upload : batch.removed.uploads) {
    // Who is writing to it finds out that it is gone, and drops the bytes.
    auto discarded = core_.blobs.discard(upload);
    if (!discarded && discarded.error().code != base::Errc::upload_busy) return base::propagate(discarded);
  }
  rows_.add(batch.removed.rows);
  waiting_.set(static_cast<std::int64_t>(batch.waiting));
  if (batch.repository.empty()) return 0;  // others have it
  seconds_.observe(batch.held.count());
  if (batch.removed.last) {
    repositories_.add();
    log_.info("repository removed", {{"id", batch.repository}});
  }
  return batch.removed.rows;
}

}  // namespace berth::service
