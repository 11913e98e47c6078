#include "service/scrubber.h"

#include <algorithm>

namespace berth::service {

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

base::Result<std::size_t> Scrubber::step(const Spend& spend) {
  const auto deadline = base::Deadline::after(core_.limits.call);
  const auto before = core_.clock.now() - period_;
  BERTH_TRY(const auto due, core_.store.read(deadline, [&](meta::Tx& tx) { return tx.blobs().unverified(before, 1); }));
  if (due.empty()) return 0;
  BERTH_TRY(const auto check, check_bytes(core_.store, stores_, due.front(), spend));
  if (!check) return 1;  // it is gone, or we are to stop
  BERTH_CHECK(note(core_.store, *check, core_.clock.now()));
  blobs_.add();
  bytes_.add(check->bytes);
  if (check->health != BlobHealth::whole) {
    damaged_.add();
    log_.error("stored bytes are damaged", {{"digest", check->blob.digest.text()}, {"detail", check->detail}});
  }
  return std::max<std::size_t>(1, check->bytes);
}

}  // namespace berth::service
