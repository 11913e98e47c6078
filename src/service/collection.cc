#include "service/collection.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>
#include <vector>

#include "base/fault_point.h"

namespace berth::service {
namespace {

constexpr auto kAbandoned = std::chrono::hours(24);  // no copy between the stores takes longer
constexpr auto kCountEvery = std::chrono::seconds(10);
constexpr std::size_t kPage = 1'000;
constexpr std::size_t kPurge = 20;  // of one transaction: manifests have up to 4 MiB

void count(meta::FileTotals& totals, std::uint64_t bytes) {
  ++totals.files;
  totals.bytes += bytes;
}

}  // namespace

base::Result<GarbageStatus> garbage_status(const Core& core) {
  GarbageStatus status;
  for (std::string after;;) {
    BERTH_TRY(const auto page, core.store.read(base::Deadline::after(core.limits.call),
                                               [&](meta::Tx& tx) { return tx.blobs().page(after, kPage); }));
    for (const auto& blob : page) {
      count(blob.place == meta::Place::hot ? status.stored_hot : status.stored_archive, blob.size);
      status.damaged += blob.damaged ? 1 : 0;
    }
    if (page.size() < kPage) break;
    after = page.back().digest.text();
  }
  BERTH_CHECK(core.store.read(base::Deadline::after(core.limits.call), [&](meta::Tx& tx) -> base::Result<void> {
    BERTH_TRY(status.leased, tx.blobs().unheld());
    BERTH_TRY(status.dead, tx.dead_files().totals());
    return {};
  }));
  return status;
}

Collection::Collection(const Core& core, BlobStores stores, base::Metrics& metrics)
    : core_(core),
      stores_(stores),
      collected_(metrics.counter("berth_gc_collected_blobs_total", "Blobs that no image held any more.")),
      freed_files_(metrics.counter("berth_gc_freed_files_total", "Files of blobs that were unlinked.")),
      freed_bytes_(metrics.counter("berth_gc_freed_bytes_total", "Bytes of the files that were unlinked.")),
      swept_(metrics.counter("berth_gc_swept_files_total", "Files removed that nothing named, left by crashes.")),
      garbage_files_(metrics.gauge("berth_gc_garbage_files", "Files of blobs that wait to be unlinked.")),
      garbage_bytes_(metrics.gauge("berth_gc_garbage_bytes", "Bytes of the files that wait to be unlinked.")),
      damaged_(metrics.gauge("berth_storage_damaged_blobs",
                             "Blobs whose bytes are missing or wrong, measured hourly; the next push heals them.")),
      stored_blobs_(metrics.gauges("berth_storage_blobs", "Blobs in each store, measured hourly.", {"store"})),
      stored_bytes_(metrics.gauges("berth_storage_bytes", "Bytes of blobs in each store, measured hourly.", {"store"})),
      seconds_(metrics.histogram("berth_gc_step_seconds", "How long one batch of the collector took.")) {}

base::Result<std::size_t> Collection::step() {
  const auto begun = std::chrono::steady_clock::now();
  BERTH_TRY(const auto purged, purge());
  BERTH_TRY(const auto reviewed, settle());
  BERTH_TRY(const auto unlinked, unlink());
  const auto done = purged + reviewed + unlinked;
  if (done > 0) {
    seconds_.observe(std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count());
  }
  return done;
}

base::Result<std::size_t> Collection::purge() {
  const auto now = core_.clock.now();
  BERTH_TRY(const bool due,
            core_.store.read(deadline(), [&](meta::Tx& tx) { return tx.deleted_images().any_to_purge(now); }));
  if (!due) return 0;
  return core_.store.write(deadline(), [&](meta::Tx& tx) { return tx.deleted_images().purge(now, kPurge); });
}

// One transaction for both, since each is a sync of the log that pushes have to share.
base::Result<std::size_t> Collection::settle() {
  const auto now = core_.clock.now();
  BERTH_TRY(const bool due, core_.store.read(deadline(), [&](meta::Tx& tx) { return tx.blobs().any_to_review(now); }));
  if (!due && gone_.empty()) return 0;
  meta::FileTotals freed;
  meta::Blobs::Reviewed reviewed;
  BERTH_CHECK(core_.store.write(deadline(), [&](meta::Tx& tx) -> base::Result<void> {
    freed = {};
    reviewed = {};
    for (const auto& file : gone_) {
      BERTH_TRY(const bool removed, tx.dead_files().remove(file));
      if (removed) count(freed, file.size);
    }
    if (due) {
      BERTH_TRY(reviewed, tx.blobs().review(now, kBatch));
    }
    return {};
  }));
  gone_.clear();
  BERTH_FAULT_POINT("service.collection.after_review");
  collected_.add(reviewed.collected);
  freed_files_.add(freed.files);
  freed_bytes_.add(freed.bytes);
  garbage_files_.sub(static_cast<std::int64_t>(freed.files));
  garbage_bytes_.sub(static_cast<std::int64_t>(freed.bytes));
  return reviewed.blobs;
}

base::Result<std::size_t> Collection::unlink() {
  const auto now = core_.clock.now();
  BERTH_TRY(const auto dead,
            core_.store.read(deadline(), [&](meta::Tx& tx) -> base::Result<std::vector<meta::StoredFile>> {
              if (now >= totals_due_) {
                BERTH_TRY(const auto totals, tx.dead_files().totals());
                garbage_files_.set(static_cast<std::int64_t>(totals.files));
                garbage_bytes_.set(static_cast<std::int64_t>(totals.bytes));
                totals_due_ = now + kCountEvery;
              }
              return tx.dead_files().next(kBatch, now);
            }));
  for (const auto& file : dead) {
    BERTH_CHECK(stores_.of(file.place).remove(name_of(file)));
    gone_.push_back(file);
  }
  if (!dead.empty()) BERTH_FAULT_POINT("service.collection.after_unlink");
  return dead.size();
}

base::Result<std::size_t> Collection::sweep() {
  BERTH_TRY(const auto hot, sweep_files(meta::Place::hot));
  BERTH_TRY(const auto cold, sweep_files(meta::Place::cold));
  swept_.add(hot + cold);
  BERTH_TRY(const auto copies, sweep_copies());
  BERTH_CHECK(measure());
  return hot + cold + copies;
}

base::Result<std::size_t> Collection::sweep_files(meta::Place place) {
  const auto before = core_.clock.now() - std::max<base::Timestamp::duration>(core_.limits.upload_expiry, kAbandoned);
  auto& suspects = suspects_[static_cast<std::size_t>(place)];
  const auto suspected = std::exchange(suspects, {});
  std::size_t removed = 0;
  for (std::optional<blob::BlobName> after;;) {
    BERTH_TRY(const auto page, stores_.of(place).list(after, kPage));
    if (page.empty()) return removed;
    after = page.back().name;
    BERTH_TRY(const auto found, nameless(place, page));
    for (const auto& file : found) {
      if (file.touched > before) continue;
      if (!suspected.contains(file.name)) {
        if (suspects.size() < kMostSuspects) suspects.insert(file.name);
        continue;
      }
      BERTH_TRY(const bool gone, stores_.of(place).remove(file.name));
      removed += gone ? 1 : 0;
    }
  }
}

base::Result<std::vector<blob::BlobInfo>> Collection::nameless(meta::Place place,
                                                               const std::vector<blob::BlobInfo>& files) {
  return core_.store.read(deadline(), [&](meta::Tx& tx) -> base::Result<std::vector<blob::BlobInfo>> {
    std::vector<blob::BlobInfo> found;
    for (const auto& file : files) {
      BERTH_TRY(const auto row, tx.blobs().find(file.name.digest));
      if (row && row->place == place && row->key == file.name.key) continue;
      BERTH_TRY(const bool dead,
                tx.dead_files().contains({.place = place, .digest = file.name.digest, .key = file.name.key}));
      if (!dead) found.push_back(file);
    }
    return found;
  });
}

// Copies to the archive that a process left behind when it died; no row knows of them.
base::Result<std::size_t> Collection::sweep_copies() {
  const auto before = core_.clock.now() - kAbandoned;
  std::size_t removed = 0;
  for (std::string after;;) {
    BERTH_TRY(const auto page, stores_.cold.list_uploads(after, kPage));
    if (page.empty()) return removed;
    after = page.back().name;
    for (const auto& upload : page) {
      if (upload.touched > before) continue;
      auto discarded = stores_.cold.discard(upload.name);
      if (!discarded && discarded.error().code != base::Errc::upload_busy) return base::propagate(discarded);
      removed += discarded ? 1 : 0;
    }
  }
}

base::Result<void> Collection::measure() {
  BERTH_TRY(const auto status, garbage_status(core_));
  for (const auto& [store, totals] : {std::pair{"hot", status.stored_hot}, {"archive", status.stored_archive}}) {
    stored_blobs_.with({store}).set(static_cast<std::int64_t>(totals.files));
    stored_bytes_.with({store}).set(static_cast<std::int64_t>(totals.bytes));
  }
  damaged_.set(static_cast<std::int64_t>(status.damaged));
  return {};
}

}  // namespace berth::service
