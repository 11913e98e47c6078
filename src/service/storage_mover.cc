#include "service/storage_mover.h"

#include <chrono>
#include <vector>

#include "base/fault_point.h"
#include "service/image_removal.h"
#include "service/image_storage.h"
#include "service/space.h"

namespace berth::service {
namespace {

constexpr auto kRetry = std::chrono::minutes(5);  // after an error
// How long others leave a move alone, which is how long it waits if this process dies: so much, and the time to copy at
// so many bytes a second.
constexpr auto kOurs = std::chrono::seconds(30);
constexpr std::uint64_t kSlowest = 10 << 20;
constexpr std::size_t kChunk = 1 << 20;
constexpr std::size_t kReferrers = 50;  // of one transaction

std::string_view direction(meta::Place to) { return to == meta::Place::cold ? "archive" : "restore"; }

}  // namespace

StorageMover::StorageMover(const Core& core, BlobStores stores, base::Metrics& metrics)
    : core_(core),
      stores_(stores),
      moves_(metrics.counters("berth_storage_moves_total",
                              "Blobs moved to the archive or restored from it, by how that ended.",
                              {"direction", "outcome"})),
      bytes_(metrics.counters("berth_storage_moved_bytes_total", "Bytes moved to the archive or restored from it.",
                              {"direction"})) {}

base::Result<std::size_t> StorageMover::step() {
  BERTH_TRY(const auto led, lead());
  if (led > 0) return led;
  const auto now = core_.clock.now();
  BERTH_TRY(const bool due, core_.store.read(deadline(), [&](meta::Tx& tx) { return tx.blobs().any_to_move(now); }));
  if (!due) return 0;
  // Two processes that copy the same blob do no harm, but need not.
  BERTH_TRY(const auto next,
            core_.store.write(deadline(), [&](meta::Tx& tx) -> base::Result<std::optional<meta::BlobMove>> {
              BERTH_TRY(auto found, tx.blobs().next_move(now, now + kOurs));
              if (found && found->to) {
                const auto copying = std::chrono::seconds(found->blob.size / kSlowest);
                BERTH_CHECK(tx.blobs().look_again(found->blob.digest, now + kOurs + copying));
              }
              return found;
            }));
  if (!next) return 0;
  if (!next->to) return 1;
  BERTH_FAULT_POINT("service.storage.after_claim");
  const auto to = direction(*next->to);
  auto moved = move(*next);
  if (moved) {
    moves_.with({to, *moved ? "moved" : "cancelled"}).add();
    if (*moved) bytes_.with({to}).add(next->blob.size);
    return 1;
  }
  moves_.with({to, "failed"}).add();
  BERTH_CHECK(core_.store.write(
      deadline(), [&](meta::Tx& tx) { return tx.blobs().look_again(next->blob.digest, core_.clock.now() + kRetry); }));
  return base::propagate(moved);
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

// false: the blob does not belong there any more.
base::Result<bool> StorageMover::move(const meta::BlobMove& move) {
  BERTH_TRY(const auto copied, copy(move));
  BERTH_FAULT_POINT("service.storage.after_copy");
  const auto now = core_.clock.now();
  BERTH_TRY(const bool moved,
            core_.store.write(deadline(), [&](meta::Tx& tx) { return tx.blobs().move(move, copied.key, now); }));
  BERTH_FAULT_POINT("service.storage.after_switch");
  return moved;
}

// The digest is verified by the commit.
base::Result<blob::BlobName> StorageMover::copy(const meta::BlobMove& move) {
  if (core_.space != nullptr) {
    BERTH_CHECK(core_.space->admit_move(*move.to == meta::Place::cold, move.blob.size));
  }
  blob::BlobName name{.digest = move.blob.digest, .key = core_.new_ulid()};
  BERTH_TRY(const auto reader, stores_.of(move.blob.place).open(name_of(move.blob)));
  BERTH_TRY(const auto writer, stores_.of(*move.to).create(crypto::random_uuid(core_.random), name.digest.algorithm()));
  std::vector<std::byte> buffer(kChunk);
  auto copied = [&]() -> base::Result<void> {
    for (;;) {
      BERTH_TRY(const auto n, reader->read(buffer));
      if (n == 0) break;
      BERTH_CHECK(writer->append(std::span(buffer).first(n)));
    }
    BERTH_CHECK(writer->commit(name));
    return {};
  }();
  if (!copied) {
    (void)writer->discard();
    return base::propagate(copied);
  }
  return name;
}

}  // namespace berth::service
