#include "meta/blob_places.h"

#include "meta/rows.h"

namespace berth::meta {
namespace {

std::string text_of(Place place) { return place == Place::hot ? "hot" : "cold"; }
std::string text_of(BlobClaim claim) {
  switch (claim) {
    case BlobClaim::none: return "";
    case BlobClaim::move: return "move";
    case BlobClaim::remove: return "remove";
  }
  std::unreachable();
}

base::Result<BlobClaim> claim_from(const std::string& text) {
  for (const auto claim : {BlobClaim::none, BlobClaim::move, BlobClaim::remove}) {
    if (text == text_of(claim)) return claim;
  }
  return base::fail(base::Errc::corrupt, "metadata holds the claim '" + text + "'");
}

// What to do with a blob whose claim, if it had one, has run out.
BlobClaim work_for(Place place, BlobClaim left_behind, std::optional<Place> wanted) {
  if (left_behind == BlobClaim::remove) return BlobClaim::remove;
  if (wanted && *wanted != place) return BlobClaim::move;
  // A copy may have been left in the other store: by who claimed, or by a push while the blob was cold.
  return left_behind == BlobClaim::move || place == Place::cold ? BlobClaim::remove : BlobClaim::none;
}

// Whether the work makes hot bytes go, which the lease forbids.
bool takes_hot_bytes(Place place, BlobClaim work) {
  return work == BlobClaim::none ? false : (work == BlobClaim::move) == (place == Place::hot);
}

}  // namespace

Place place_from(const std::string& text) { return text == "cold" ? Place::cold : Place::hot; }

base::Result<Landing> BlobPlaces::prepare(const model::Digest& digest, base::Timestamp now, base::Timestamp lease) {
  BERTH_TRY(const auto rows, tx_.query("UPDATE blobs SET review_after = $2 WHERE digest = $1 RETURNING place, claim",
                                       {digest.text(), base::to_micros(lease)}));
  if (rows.empty()) return Landing::unknown;
  const auto place = place_from(rows.front().text(0));
  BERTH_TRY(const auto claim, claim_from(rows.front().text(1)));
  if (place == Place::cold) return claim == BlobClaim::remove ? Landing::busy : Landing::cold;
  if (claim == BlobClaim::move) {
    BERTH_CHECK(tx_.exec("UPDATE blobs SET claim = 'remove', owner = '', look_at = $2 WHERE digest = $1",
                         {digest.text(), base::to_micros(now)}));
  }
  return Landing::hot;
}

base::Result<bool> BlobPlaces::land(const model::Digest& digest, Landing prepared, base::Timestamp now) {
  BERTH_TRY(const auto rows, tx_.query("SELECT place FROM blobs WHERE digest = $1", {digest.text()}));
  if (rows.empty() || place_from(rows.front().text(0)) == Place::hot) return true;
  if (prepared != Landing::cold) return false;
  BERTH_CHECK(tx_.exec("UPDATE blobs SET place = 'hot', claim = 'remove', owner = '', look_at = $2 WHERE digest = $1",
                       {digest.text(), base::to_micros(now)}));
  BERTH_CHECK(ImageStorage(tx_).activate_holders(digest, now));
  return true;
}

base::Result<bool> BlobPlaces::any_due(base::Timestamp now) {
  BERTH_TRY(const auto rows, tx_.query("SELECT 1 FROM blobs WHERE look_at IS NOT NULL AND look_at <= $1 LIMIT 1",
                                       {base::to_micros(now)}));
  return !rows.empty();
}

base::Result<std::optional<BlobTask>> BlobPlaces::take(base::Timestamp now, const std::string& owner,
                                                       base::Timestamp until) {
  BERTH_TRY(const auto rows,
            tx_.query("SELECT digest, size, place, claim, review_after FROM blobs WHERE look_at IS NOT NULL "
                      "AND look_at <= $1 ORDER BY look_at, digest LIMIT 1 {{skip_locked}}",
                      {base::to_micros(now)}));
  if (rows.empty()) return std::nullopt;
  const auto& row = rows.front();
  BERTH_TRY(auto digest, stored<model::Digest>(row.text(0)));
  BERTH_TRY(const auto left_behind, claim_from(row.text(3)));
  BlobTask task{.digest = std::move(digest),
                .size = static_cast<std::uint64_t>(row.integer(1)),
                .place = place_from(row.text(2))};
  BERTH_TRY(const auto wanted_place, wanted(task.digest));
  task.claim = work_for(task.place, left_behind, wanted_place);
  sql::Value look_at = base::to_micros(until);
  if (takes_hot_bytes(task.place, task.claim) && row.integer(4) > base::to_micros(now)) {
    task.claim = BlobClaim::none;
    look_at = row.integer(4);
  } else if (task.claim == BlobClaim::none) {
    look_at = std::monostate();
  }
  BERTH_CHECK(tx_.exec("UPDATE blobs SET claim = $2, owner = $3, look_at = $4 WHERE digest = $1",
                       {task.digest.text(), text_of(task.claim), owner, look_at}));
  return task;
}

base::Result<bool> BlobPlaces::extend(const BlobTask& task, const std::string& owner, base::Timestamp until) {
  BERTH_TRY(const auto changed,
            tx_.exec("UPDATE blobs SET look_at = $3 WHERE digest = $1 AND owner = $2 AND claim <> ''",
                     {task.digest.text(), owner, base::to_micros(until)}));
  return changed > 0;
}

base::Result<bool> BlobPlaces::switch_place(const BlobTask& task, const std::string& owner, base::Timestamp now,
                                            base::Timestamp until) {
  const auto to = task.place == Place::hot ? Place::cold : Place::hot;
  BERTH_TRY(const auto wanted_place, wanted(task.digest));
  if (wanted_place != to) return false;
  BERTH_TRY(const auto changed,
            tx_.exec("UPDATE blobs SET place = $3, claim = 'remove', look_at = $4 WHERE digest = $1 AND owner = $2 "
                     "AND claim = 'move' AND (place = 'cold' OR review_after <= $5)",
                     {task.digest.text(), owner, text_of(to), base::to_micros(until), base::to_micros(now)}));
  if (changed == 0) return false;
  if (to == Place::hot) BERTH_CHECK(ImageStorage(tx_).activate_holders(task.digest, now));
  return true;
}

base::Result<bool> BlobPlaces::release(const BlobTask& task, const std::string& owner, base::Timestamp look_at) {
  BERTH_TRY(const auto changed, tx_.exec("UPDATE blobs SET owner = '', look_at = $3 WHERE digest = $1 AND owner = $2",
                                         {task.digest.text(), owner, base::to_micros(look_at)}));
  return changed > 0;
}

base::Result<void> BlobPlaces::drop_copy(const model::Digest& digest, Place place, base::Timestamp now) {
  BERTH_CHECK(tx_.exec("UPDATE blobs SET claim = 'remove', owner = '', look_at = $3 WHERE digest = $1 AND place = $2",
                       {digest.text(), text_of(place), base::to_micros(now)}));
  return {};
}

base::Result<bool> BlobPlaces::finish(const BlobTask& task, const std::string& owner, base::Timestamp now) {
  BERTH_TRY(const auto rows,
            tx_.query("UPDATE blobs SET claim = '', owner = '', look_at = NULL WHERE digest = $1 AND owner = $2 "
                      "AND claim = 'remove' RETURNING place",
                      {task.digest.text(), owner}));
  if (rows.empty()) return false;
  const auto place = place_from(rows.front().text(0));
  BERTH_TRY(const auto wanted_place, wanted(task.digest));
  if (wanted_place && *wanted_place != place) {
    BERTH_CHECK(
        tx_.exec("UPDATE blobs SET look_at = $2 WHERE digest = $1", {task.digest.text(), base::to_micros(now)}));
  }
  return true;
}

base::Result<std::optional<Place>> BlobPlaces::wanted(const model::Digest& digest) {
  constexpr std::string_view kHeld =
      "SELECT 1 FROM manifest_blobs e JOIN manifests m ON m.repository = e.repository AND m.digest = e.manifest "
      "WHERE e.blob = $1 AND m.status <> 'ARCHIVED' LIMIT 1";
  constexpr std::string_view kArchived = "SELECT 1 FROM manifest_blobs WHERE blob = $1 LIMIT 1";
  BERTH_TRY(const auto held, tx_.query(kHeld, {digest.text()}));
  if (!held.empty()) return Place::hot;
  BERTH_TRY(const auto archived, tx_.query(kArchived, {digest.text()}));
  if (!archived.empty()) return Place::cold;
  return std::nullopt;
}

}  // namespace berth::meta
