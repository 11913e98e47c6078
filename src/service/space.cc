#include "service/space.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace berth::service {
namespace {

constexpr std::string_view kRefusals = "berth_storage_refusals_total";
constexpr std::string_view kRefusalsHelp =
    "Writes refused for want of space: by the reserve, or because the disk was full.";

base::Counter& refusals(base::Metrics& metrics, std::string_view by) {
  return metrics.counters(kRefusals, kRefusalsHelp, {"by"}).with({by});
}

}  // namespace

Space::Space(std::vector<Folder> folders, std::uint64_t reserve, base::Metrics& metrics, base::Log& log)
    : folders_(std::move(folders)),
      reserve_(reserve),
      log_(log),
      free_bytes_(
          metrics.gauges("berth_storage_free_bytes", "What may still be written to the file system.", {"folder"})),
      by_reserve_(refusals(metrics, "reserve")),
      by_disk_(refusals(metrics, "disk")) {
  measure();
}

// Looks at the disk once for every few MiB. Between two looks others may get a grant each, as many as there are threads
// that write: small enough for the reserve.
base::Result<void> Space::admit_layer(std::uint64_t bytes) {
  const auto under_way = under_way_.fetch_add(bytes, std::memory_order_relaxed) + bytes;
  if (reserve_ == 0) return {};
  const auto wanted = static_cast<std::int64_t>(bytes);
  if (bytes > 0 && granted_.fetch_sub(wanted, std::memory_order_relaxed) >= wanted) return {};
  const auto free = look();
  if (free < reserve_ || free - reserve_ < under_way) {
    under_way_.fetch_sub(bytes, std::memory_order_relaxed);
    granted_.store(0, std::memory_order_relaxed);
    return refuse();
  }
  const auto step = std::min(free - reserve_ - under_way, reserve_ / 64);
  granted_.store(static_cast<std::int64_t>(step), std::memory_order_relaxed);
  return {};
}

base::Result<void> Space::admit_row() {
  if (!low_ || look() >= reserve_ / 2) return {};
  return refuse();
}

base::Result<void> Space::refuse() {
  by_reserve_.add();
  refused_ = true;
  return base::fail(base::Errc::storage_full,
                    "The registry has no space left for this push; pulls and deletions still work");
}

base::Result<void> Space::admit_move(bool to_archive, std::uint64_t bytes) {
  if (reserve_ == 0) return {};
  const auto free = look(to_archive);
  if (free >= reserve_ && free - reserve_ >= bytes) return {};
  by_reserve_.add();
  return base::fail(base::Errc::storage_full, to_archive ? "The archive has no space left for a blob"
                                                         : "The registry has no space left for a blob of the archive");
}

std::uint64_t Space::look(bool archive) {
  auto least = std::numeric_limits<std::uint64_t>::max();
  for (const auto& folder : folders_) {
    if (folder.archive != archive) continue;
    const auto free = folder.free();
    if (!free) continue;
    free_bytes_.with({folder.name}).set(static_cast<std::int64_t>(*free));
    least = std::min(least, *free);
  }
  return least;
}

// Low until a quarter more than the reserve is free: space that comes and goes at the mark is not news each second.
void Space::measure() {
  const auto free = look();
  (void)look(true);  // for its metric
  granted_.store(0, std::memory_order_relaxed);
  const bool refused = refused_.exchange(false);
  const bool low = free < (low_ || refused ? reserve_ + reserve_ / 4 : reserve_);
  if (low_.exchange(low) == low) return;
  if (low) {
    log_.warning("space is low: layers are refused", {{"free_bytes", free}, {"reserve_bytes", reserve_}});
  } else {
    log_.info("space is back", {{"free_bytes", free}});
  }
}

}  // namespace berth::service
