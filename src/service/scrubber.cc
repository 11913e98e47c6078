#include "service/scrubber.h"

#include <algorithm>

namespace berth::service {
namespace {

constexpr auto kLookAgain = std::chrono::hours(1);

}  // namespace

Scrubber::Scrubber(const Core& core, BlobStores stores, std::chrono::seconds period, base::Log& log,
                   base::Metrics& metrics)
    : core_(core),
      stores_(stores),
      period_(period),
      log_(log),
      blobs_(metrics.counter("berth_scrub_blobs_total",
                             "Blobs whose bytes were read again to see whether they are right.")),
      bytes_(metrics.counter("berth_scrub_bytes_total", "Bytes read for that.")),
      damaged_(metrics.counter("berth_scrub_damaged_total", "Blobs of which that found the bytes missing or wrong.")) {}

base::Result<std::optional<meta::StoredBlob>> Scrubber::next() {
  const auto now = core_.clock.now();
  return core_.store.read(base::Deadline::after(core_.limits.call),
                          [&](meta::Tx& tx) -> base::Result<std::optional<meta::StoredBlob>> {
                            BERTH_TRY(auto due, tx.blobs().damaged_before(now - kLookAgain, 1));
                            if (due.empty() && period_.count() > 0) {
                              BERTH_TRY(due, tx.blobs().unverified(now - period_, 1));
                            }
                            return due.empty() ? std::nullopt : std::optional(std::move(due.front()));
                          });
}

base::Result<std::size_t> Scrubber::step(const Spend& spend) {
  BERTH_TRY(const auto due, next());
  if (!due) return 0;
  BERTH_TRY(const auto check, check_bytes(core_.store, stores_, *due, spend));
  if (!check) return 1;  // it is gone, or we are to stop
  BERTH_CHECK(note(core_.store, *check, core_.clock.now()));
  blobs_.add();
  bytes_.add(check->bytes);
  const bool whole = check->health == BlobHealth::whole;
  if (!whole && !check->blob.damaged) {
    damaged_.add();
    log_.error("stored bytes are damaged", {{"digest", check->blob.digest.text()}, {"detail", check->detail}});
  }
  if (whole && check->blob.damaged) log_.info("stored bytes are right again", {{"digest", check->blob.digest.text()}});
  return std::max<std::size_t>(1, check->bytes);
}

}  // namespace berth::service
