#include "service/fsck.h"

#include <algorithm>
#include <thread>

#include "service/fsck_run.h"

namespace berth::service {
namespace {

constexpr std::size_t kPage = 500;

Damage damage_of(BlobHealth health) {
  switch (health) {
    case BlobHealth::missing: return Damage::missing;
    case BlobHealth::wrong_size: return Damage::wrong_size;
    case BlobHealth::wrong_digest: return Damage::wrong_digest;
    case BlobHealth::whole:
    case BlobHealth::unreadable: return Damage::unreadable;
  }
  std::unreachable();
}

std::string in(meta::Place place) { return place == meta::Place::hot ? "" : " in the archive"; }

}  // namespace

std::string_view name(Damage damage) {
  switch (damage) {
    case Damage::missing: return "missing";
    case Damage::wrong_size: return "wrong size";
    case Damage::wrong_digest: return "wrong digest";
    case Damage::unreadable: return "unreadable";
    case Damage::unknown: return "unknown";
    case Damage::wrong_image: return "wrong image";
    case Damage::missing_layer: return "missing layer";
    case Damage::wrong_count: return "wrong count";
    case Damage::forgotten: return "forgotten";
  }
  std::unreachable();
}

bool FsckReport::lost() const {
  return more > 0 || std::ranges::any_of(findings, [](const Finding& f) {
           return f.damage != Damage::unknown && f.damage != Damage::wrong_count && f.damage != Damage::forgotten;
         });
}

base::Result<FsckReport> fsck(const Core& core, const BlobStores& stores, const FsckOptions& options,
                              const FsckProgress& progress) {
  FsckRun run(core, stores, options, progress);
  BERTH_TRY(const bool whole, run.check_images());
  if (whole) BERTH_CHECK(run.check_blobs());
  return run.take();
}

void FsckRun::add(std::string digest, Damage damage, std::string detail, bool repaired) {
  if (report_.findings.size() < FsckReport::kMaxFindings) {
    report_.findings.push_back({std::move(digest), damage, std::move(detail), repaired});
  } else {
    ++report_.more;
  }
}

// Rests as the wanted rate asks for.
bool FsckRun::spend(std::uint64_t bytes) {
  report_.bytes += bytes;
  if (options_.bytes_per_second > 0) {
    std::this_thread::sleep_until(begun_ +
                                  std::chrono::milliseconds(1'000 * report_.bytes / options_.bytes_per_second));
  }
  return progress_(report_);
}

base::Result<bool> FsckRun::check_blobs() {
  BERTH_TRY(const bool known, check_known());
  if (!known) return false;
  for (const auto place : {meta::Place::hot, meta::Place::cold}) {
    BERTH_TRY(const bool whole, check_files(place));
    if (!whole) return false;
  }
  return true;
}

base::Result<bool> FsckRun::check_known() {
  for (std::string after;;) {
    BERTH_TRY(const auto page, core_.store.read({}, [&](meta::Tx& tx) { return tx.blobs().page(after, kPage); }));
    for (const auto& row : page) {
      BERTH_CHECK(check_blob(row));
      if (!progress_(report_)) return false;
    }
    if (page.size() < kPage) return true;
    after = page.back().digest.text();
  }
}

base::Result<void> FsckRun::check_blob(const meta::StoredBlob& row) {
  BERTH_TRY(const auto check,
            check_bytes(core_.store, stores_, row, [this](std::uint64_t bytes) { return spend(bytes); }));
  if (!check) return {};
  ++report_.blobs;
  const bool damaged = check->health != BlobHealth::whole;
  if (options_.repair && damaged != check->blob.damaged) BERTH_CHECK(note(core_.store, *check, core_.clock.now()));
  if (!damaged) return {};
  bool adopted = false;
  if (options_.repair) {
    BERTH_TRY(adopted, adopt(check->blob));
  }
  add(check->blob.digest.text(), damage_of(check->health),
      check->detail + in(check->blob.place) +
          (adopted           ? "; another copy was found and takes its place"
           : options_.repair ? "; not served any more until it is pushed again"
                             : ""),
      options_.repair);
  return {};
}

// A whole copy that no row names, such as a crash leaves, takes the place of the damaged one.
base::Result<bool> FsckRun::adopt(const meta::StoredBlob& damaged) {
  std::optional<blob::BlobName> after = blob::BlobName{.digest = damaged.digest, .key = ""};
  auto candidates = stores_.hot.list(after, kPage);
  if (!candidates) return base::propagate(candidates);
  BERTH_TRY(const auto without_key, stores_.hot.stat(*after));
  if (without_key) candidates->push_back(*without_key);
  for (const auto& file : *candidates) {
    if (file.name.digest != damaged.digest || file.name.key == damaged.key) continue;
    BERTH_TRY(const bool dead, core_.store.read({}, [&](meta::Tx& tx) {
      return tx.dead_files().contains({.place = meta::Place::hot, .digest = file.name.digest, .key = file.name.key});
    }));
    if (dead) continue;
    const meta::StoredBlob copy{.digest = damaged.digest, .size = damaged.size, .key = file.name.key};
    BERTH_TRY(const auto check,
              check_bytes(core_.store, stores_, copy, [this](std::uint64_t bytes) { return spend(bytes); }));
    if (!check || check->health != BlobHealth::whole || check->blob.key != file.name.key) continue;
    return core_.store.write({}, [&](meta::Tx& tx) -> base::Result<bool> {
      BERTH_TRY(const auto row, tx.blobs().find(damaged.digest));
      if (!row || row->key != damaged.key) return false;
      const auto now = core_.clock.now();
      BERTH_CHECK(tx.blobs().put(damaged.digest, file.name.key, damaged.size, now, now));
      return true;
    });
  }
  return false;
}

base::Result<bool> FsckRun::check_files(meta::Place place) {
  for (std::optional<blob::BlobName> after;;) {
    BERTH_TRY(const auto page, stores_.of(place).list(after, kPage));
    for (const auto& file : page) {
      BERTH_TRY(const bool known, core_.store.read({}, [&](meta::Tx& tx) -> base::Result<bool> {
        BERTH_TRY(const auto row, tx.blobs().find(file.name.digest));
        if (row && row->place == place && row->key == file.name.key) return true;
        return tx.dead_files().contains({.place = place, .digest = file.name.digest, .key = file.name.key});
      }));
      if (!known) {
        add(file.name.digest.text(), Damage::unknown, std::to_string(file.size) + " bytes" + in(place), false);
      }
    }
    if (!progress_(report_)) return false;
    if (page.size() < kPage) return true;
    after = page.back().name;
  }
}

}  // namespace berth::service
