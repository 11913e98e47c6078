#include "service/storage_mover.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "base/fault_point.h"
#include "service/image_removal.h"
#include "service/image_storage.h"

namespace berth::service {
namespace {

using meta::BlobClaim;
using meta::BlobTask;
using meta::Place;

// How long a claim holds unless it is extended, and how late in it a removal may still begin.
constexpr auto kClaim = std::chrono::minutes(2);
constexpr auto kLatestRemoval = std::chrono::seconds(30);
constexpr auto kRetry = std::chrono::minutes(5);
constexpr auto kAbandoned = std::chrono::hours(24);
constexpr std::size_t kChunk = 1 << 20;
constexpr std::uint64_t kExtendEvery = 64ULL << 20;
constexpr std::size_t kReferrers = 50;  // of one transaction
constexpr std::size_t kPage = 1'000;

Place other(Place place) { return place == Place::hot ? Place::cold : Place::hot; }
std::string_view direction(Place from) { return from == Place::hot ? "archive" : "restore"; }

}  // namespace

StorageMover::StorageMover(const Core& core, blob::BlobStore& archive, base::Metrics& metrics)
    : core_(core),
      archive_(archive),
      moves_(metrics.counters("berth_storage_moves_total",
                              "Blobs moved to the archive or restored from it, by how that ended.",
                              {"direction", "outcome"})),
      bytes_(metrics.counters("berth_storage_moved_bytes_total", "Bytes moved to the archive or restored from it.",
                              {"direction"})),
      stored_bytes_(metrics.gauges("berth_storage_bytes", "Bytes of blobs in each store, measured hourly.", {"store"})),
      stored_blobs_(metrics.gauges("berth_storage_blobs", "Blobs in each store, measured hourly.", {"store"})) {}

base::Result<std::size_t> StorageMover::step() {
  BERTH_TRY(const auto led, lead());
  if (led > 0) return led;
  const auto now = core_.clock.now();
  BERTH_TRY(const bool due, core_.store.read(deadline(), [&](meta::Tx& tx) { return tx.blob_places().any_due(now); }));
  if (!due) return 0;
  const auto owner = core_.new_ulid();
  const auto begun = std::chrono::steady_clock::now();
  BERTH_TRY(const auto task, core_.store.write(deadline(), [&](meta::Tx& tx) {
    return tx.blob_places().take(now, owner, now + kClaim);
  }));
  if (!task) return 0;
  BERTH_FAULT_POINT("service.storage.after_claim");
  auto done = carry_out(*task, owner, begun);
  if (done) return 1;
  moves_.with({direction(task->place), "failed"}).add();
  BERTH_CHECK(core_.store.write(
      deadline(), [&](meta::Tx& tx) { return tx.blob_places().release(*task, owner, core_.clock.now() + kRetry); }));
  return base::propagate(done);
}

base::Result<std::size_t> StorageMover::lead() {
  const auto now = core_.clock.now();
  BERTH_TRY(const auto waiting, core_.store.read(deadline(), [](meta::Tx& tx) { return tx.image_storage().leader(); }));
  if (!waiting) return 0;
  return core_.store.write(deadline(), [&](meta::Tx& tx) -> base::Result<std::size_t> {
    BERTH_TRY(const auto leader, tx.image_storage().leader());
    if (!leader) return 0;
    BERTH_TRY(const auto referrers, tx.image_storage().straying(*leader, kReferrers));
    for (const auto& referrer : referrers) {
      if (leader->archived) {
        BERTH_CHECK(archive_image(tx, leader->repository, referrer, now));
      } else {
        BERTH_CHECK(restore_image(tx, leader->repository, referrer, now));
      }
    }
    if (referrers.size() < kReferrers) BERTH_CHECK(tx.image_storage().led(*leader));
    if (!referrers.empty()) BERTH_CHECK(images_changed(tx, core_, leader->repository));
    return 1;
  });
}

base::Result<void> StorageMover::carry_out(const BlobTask& task, const std::string& owner,
                                           std::chrono::steady_clock::time_point begun) {
  switch (task.claim) {
    case BlobClaim::none: return {};
    case BlobClaim::move: {
      BERTH_TRY(const bool moved, move(task, owner));
      const auto to = direction(task.place);
      moves_.with({to, moved ? "moved" : "cancelled"}).add();
      if (moved) bytes_.with({to}).add(task.size);
      return {};
    }
    case BlobClaim::remove: {
      // Too late, and somebody else may be at it: then it is theirs.
      if (std::chrono::steady_clock::now() - begun > kLatestRemoval) return {};
      BERTH_CHECK(remove_copy(task));
      BERTH_CHECK(core_.store.write(
          deadline(), [&](meta::Tx& tx) { return tx.blob_places().finish(task, owner, core_.clock.now()); }));
      return {};
    }
  }
  std::unreachable();
}

// false: the blob does not belong there any more.
base::Result<bool> StorageMover::move(const BlobTask& task, const std::string& owner) {
  BERTH_TRY(const bool copied, copy(task, owner));
  BERTH_FAULT_POINT("service.storage.after_copy");
  bool switched = false;
  std::chrono::steady_clock::time_point begun;
  if (copied) {
    begun = std::chrono::steady_clock::now();
    BERTH_TRY(switched, core_.store.write(deadline(), [&](meta::Tx& tx) {
      const auto now = core_.clock.now();
      return tx.blob_places().switch_place(task, owner, now, now + kClaim);
    }));
  }
  BERTH_FAULT_POINT("service.storage.after_switch");
  if (!switched) {
    BERTH_CHECK(core_.store.write(deadline(), [&](meta::Tx& tx) {
      return tx.blob_places().drop_copy(task.digest, task.place, core_.clock.now());
    }));
    return false;
  }
  BERTH_CHECK(
      carry_out({.digest = task.digest, .size = task.size, .place = other(task.place), .claim = BlobClaim::remove},
                owner, begun));
  return true;
}

// false: somebody took the claim away meanwhile. The digest is verified by the commit.
base::Result<bool> StorageMover::copy(const BlobTask& task, const std::string& owner) {
  BERTH_TRY(const auto reader, store(task.place).open(task.digest));
  BERTH_TRY(const auto writer,
            store(other(task.place)).create(crypto::random_uuid(core_.random), task.digest.algorithm()));
  std::vector<std::byte> buffer(kChunk);
  std::uint64_t extended = 0;
  auto copied = [&]() -> base::Result<bool> {
    for (;;) {
      BERTH_TRY(const auto n, reader->read(buffer));
      if (n == 0) break;
      BERTH_CHECK(writer->append(std::span(buffer).first(n)));
      if (writer->size() - extended < kExtendEvery) continue;
      extended = writer->size();
      BERTH_TRY(const bool holds, core_.store.write(deadline(), [&](meta::Tx& tx) {
        return tx.blob_places().extend(task, owner, core_.clock.now() + kClaim);
      }));
      if (!holds) return false;
    }
    BERTH_CHECK(writer->commit(task.digest));
    return true;
  }();
  if (!copied || !*copied) (void)writer->discard();
  return copied;
}

// Of what is promised elsewhere; looks once more whether it is there.
base::Result<void> StorageMover::remove_copy(const BlobTask& task) {
  BERTH_TRY(const auto promised, store(task.place).stat(task.digest));
  if (!promised || promised->size != task.size) {
    return base::fail(base::Errc::corrupt, "the stored bytes of " + task.digest.text() + " are missing or of another " +
                                               "length; the copy in the other store stays");
  }
  BERTH_CHECK(store(other(task.place)).remove(task.digest));
  BERTH_FAULT_POINT("service.storage.after_remove");
  return {};
}

base::Result<std::size_t> StorageMover::sweep() {
  const auto before = core_.clock.now() - kAbandoned;
  std::size_t removed = 0;
  for (std::string after;;) {
    BERTH_TRY(const auto page, archive_.list_uploads(after, kPage));
    if (page.empty()) break;
    after = page.back().name;
    for (const auto& upload : page) {
      if (upload.touched > before) continue;
      auto discarded = archive_.discard(upload.name);
      if (!discarded && discarded.error().code != base::Errc::upload_busy) return base::propagate(discarded);
      removed += discarded ? 1 : 0;
    }
  }
  std::array<std::pair<std::int64_t, std::int64_t>, 2> stored;  // blobs and bytes, by place
  for (std::string after;;) {
    BERTH_TRY(const auto page,
              core_.store.read(deadline(), [&](meta::Tx& tx) { return tx.layers().blobs(after, kPage); }));
    for (const auto& blob : page) {
      auto& [blobs, bytes] = stored[static_cast<std::size_t>(blob.place)];
      ++blobs;
      bytes += static_cast<std::int64_t>(blob.size);
    }
    if (page.size() < kPage) break;
    after = page.back().digest.text();
  }
  for (const auto& [place, name] : {std::pair{Place::hot, "hot"}, {Place::cold, "archive"}}) {
    stored_blobs_.with({name}).set(stored[static_cast<std::size_t>(place)].first);
    stored_bytes_.with({name}).set(stored[static_cast<std::size_t>(place)].second);
  }
  return removed;
}

}  // namespace berth::service
