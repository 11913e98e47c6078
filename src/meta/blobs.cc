#include "meta/blobs.h"

#include "meta/image_storage.h"
#include "meta/rows.h"

namespace berth::meta {
namespace {

#define BERTH_BLOB_COLUMNS "digest, size, place, storage_key, damaged_at"
base::Result<StoredBlob> blob_from(const sql::Row& row) {
  BERTH_TRY(auto digest, stored<model::Digest>(row.text(0)));
  return StoredBlob{.digest = std::move(digest),
                    .size = static_cast<std::uint64_t>(row.integer(1)),
                    .place = place_from(row.text(2)),
                    .key = row.text(3),
                    .damaged = maybe_time(row, 4).has_value()};
}

StoredFile file_of(const StoredBlob& blob) {
  return {.place = blob.place, .digest = blob.digest, .key = blob.key, .size = blob.size};
}

// Never shortens a lease.
#define BERTH_LEASE(until) "review_after = CASE WHEN review_after > " until " THEN review_after ELSE " until " END"
// Those that have not enough of one.
#define BERTH_SHORT(enough) "(unreviewed = 0 OR review_after < " enough ")"

}  // namespace

base::Result<std::optional<StoredBlob>> Blobs::find(const model::Digest& digest) {
  BERTH_TRY(const auto rows, tx_.query("SELECT " BERTH_BLOB_COLUMNS " FROM blobs WHERE digest = $1", {digest.text()}));
  return only(rows, blob_from);
}

base::Result<std::vector<StoredBlob>> Blobs::page(const std::string& after, std::size_t limit) {
  BERTH_TRY(const auto rows,
            tx_.query("SELECT " BERTH_BLOB_COLUMNS " FROM blobs WHERE digest > $1 ORDER BY digest LIMIT $2",
                      {after, static_cast<std::int64_t>(limit)}));
  return each(rows, blob_from);
}

base::Result<void> Blobs::put(const model::Digest& digest, const std::string& key, std::uint64_t size,
                              base::Timestamp now, base::Timestamp lease) {
  BERTH_TRY(const auto before, find(digest));
  const auto bytes = static_cast<std::int64_t>(size);
  if (!before) {
    BERTH_CHECK(
        tx_.exec("INSERT INTO blobs (digest, size, created_at, verified_at, review_after, storage_key) "
                 "VALUES ($1, $2, $3, $3, $4, $5)",
                 {digest.text(), bytes, base::to_micros(now), base::to_micros(lease), key}));
    return {};
  }
  if (before->place != Place::hot || before->key != key) BERTH_CHECK(DeadFiles(tx_).add(file_of(*before), now));
  BERTH_CHECK(
      tx_.exec("UPDATE blobs SET size = $2, storage_key = $3, place = 'hot', damaged_at = NULL, verified_at = $5, "
               "unreviewed = 1, look_at = CASE WHEN place = 'cold' THEN $5 ELSE look_at END, " BERTH_LEASE(
                   "$4") " WHERE digest = $1",
               {digest.text(), bytes, key, base::to_micros(lease), base::to_micros(now)}));
  return before->place == Place::hot ? base::Result<void>() : ImageStorage(tx_).activate_holders(digest, now);
}

base::Result<void> Blobs::renew(const model::Digest& digest, const Lease& lease) {
  BERTH_CHECK(
      tx_.exec("UPDATE blobs SET unreviewed = 1, " BERTH_LEASE("$2") " WHERE digest = $1 AND " BERTH_SHORT("$3"),
               {digest.text(), base::to_micros(lease.until), base::to_micros(lease.enough)}));
  return {};
}

base::Result<bool> Blobs::damaged(const StoredBlob& blob, base::Timestamp now) {
  BERTH_TRY(const auto changed, tx_.exec("UPDATE blobs SET damaged_at = $4, verified_at = $4 "
                                         "WHERE digest = $1 AND place = $2 AND storage_key = $3",
                                         {blob.digest.text(), text_of(blob.place), blob.key, base::to_micros(now)}));
  return changed > 0;
}

base::Result<bool> Blobs::verified(const StoredBlob& blob, base::Timestamp now) {
  BERTH_TRY(const auto changed, tx_.exec("UPDATE blobs SET verified_at = $4, damaged_at = NULL "
                                         "WHERE digest = $1 AND place = $2 AND storage_key = $3",
                                         {blob.digest.text(), text_of(blob.place), blob.key, base::to_micros(now)}));
  return changed > 0;
}

base::Result<std::vector<StoredBlob>> Blobs::unverified(base::Timestamp before, std::size_t limit) {
  BERTH_TRY(const auto rows, tx_.query("SELECT " BERTH_BLOB_COLUMNS " FROM blobs WHERE verified_at <= $1 "
                                       "ORDER BY verified_at, digest LIMIT $2",
                                       {base::to_micros(before), static_cast<std::int64_t>(limit)}));
  return each(rows, blob_from);
}

base::Result<std::vector<StoredBlob>> Blobs::damaged_before(base::Timestamp before, std::size_t limit) {
  BERTH_TRY(const auto rows,
            tx_.query("SELECT " BERTH_BLOB_COLUMNS " FROM blobs WHERE damaged_at IS NOT NULL AND damaged_at <= $1 "
                      "ORDER BY damaged_at, digest LIMIT $2",
                      {base::to_micros(before), static_cast<std::int64_t>(limit)}));
  return each(rows, blob_from);
}

base::Result<bool> Blobs::any_to_move(base::Timestamp now) {
  BERTH_TRY(const auto rows, tx_.query("SELECT 1 FROM blobs WHERE look_at IS NOT NULL AND look_at <= $1 LIMIT 1",
                                       {base::to_micros(now)}));
  return !rows.empty();
}

base::Result<std::optional<BlobMove>> Blobs::next_move(base::Timestamp now, base::Timestamp again) {
  BERTH_TRY(const auto rows, tx_.query("SELECT " BERTH_BLOB_COLUMNS
                                       ", review_after FROM blobs WHERE look_at IS NOT NULL AND look_at <= $1 "
                                       "ORDER BY look_at, digest LIMIT 1 {{skip_locked}}",
                                       {base::to_micros(now)}));
  if (rows.empty()) return std::nullopt;
  BERTH_TRY(auto blob, blob_from(rows.front()));
  const auto lease = rows.front().integer(5);
  BlobMove move{.blob = std::move(blob), .to = {}};
  BERTH_TRY(const auto where, wanted(move.blob.digest));
  sql::Value look_at = std::monostate();
  if (where && *where != move.blob.place) {
    const bool leased = *where == Place::cold && lease > base::to_micros(now);
    look_at = leased ? lease : base::to_micros(again);
    if (!leased) move.to = where;
  }
  BERTH_CHECK(tx_.exec("UPDATE blobs SET look_at = $2 WHERE digest = $1", {move.blob.digest.text(), look_at}));
  return move;
}

base::Result<void> Blobs::look_again(const model::Digest& digest, base::Timestamp at) {
  BERTH_CHECK(tx_.exec("UPDATE blobs SET look_at = $2 WHERE digest = $1", {digest.text(), base::to_micros(at)}));
  return {};
}

base::Result<bool> Blobs::move(const BlobMove& move, const std::string& key, base::Timestamp now) {
  const auto& from = move.blob;
  const StoredFile copy{.place = *move.to, .digest = from.digest, .key = key, .size = from.size};
  BERTH_TRY(const auto where, wanted(from.digest));
  std::int64_t changed = 0;
  if (where == move.to) {
    BERTH_TRY(changed, tx_.exec("UPDATE blobs SET place = $2, storage_key = $3, look_at = NULL WHERE digest = $1 "
                                "AND place = $4 AND storage_key = $5 AND (place = 'cold' OR review_after <= $6)",
                                {from.digest.text(), text_of(copy.place), key, text_of(from.place), from.key,
                                 base::to_micros(now)}));
  }
  BERTH_CHECK(DeadFiles(tx_).add(changed > 0 ? file_of(from) : copy, now));
  if (changed > 0 && copy.place == Place::hot) BERTH_CHECK(ImageStorage(tx_).activate_holders(from.digest, now));
  return changed > 0;
}

base::Result<void> Blobs::release(const std::string& repository, const model::Digest& manifest, const Lease& lease) {
  BERTH_CHECK(tx_.exec(
      "UPDATE blobs SET unreviewed = 1, " BERTH_LEASE(
          "$3") " WHERE digest IN "
                "(SELECT blob FROM manifest_blobs WHERE repository = $1 AND manifest = $2) AND " BERTH_SHORT("$4"),
      {repository, manifest.text(), base::to_micros(lease.until), base::to_micros(lease.enough)}));
  return {};
}

base::Result<void> Blobs::release(const std::string& digest) {
  BERTH_CHECK(tx_.exec("UPDATE blobs SET unreviewed = 1 WHERE digest = $1 AND unreviewed = 0", {digest}));
  return {};
}

base::Result<bool> Blobs::any_to_review(base::Timestamp now) {
  BERTH_TRY(const auto rows, tx_.query("SELECT 1 FROM blobs WHERE unreviewed = 1 AND review_after <= $1 LIMIT 1",
                                       {base::to_micros(now)}));
  return !rows.empty();
}

base::Result<Blobs::Reviewed> Blobs::review(base::Timestamp now, std::size_t limit) {
  BERTH_TRY(const auto due, tx_.query("SELECT digest FROM blobs WHERE unreviewed = 1 AND review_after <= $1 "
                                      "ORDER BY review_after, digest LIMIT $2 {{skip_locked}}",
                                      {base::to_micros(now), static_cast<std::int64_t>(limit)}));
  Reviewed reviewed{.blobs = due.size()};
  for (const auto& each : due) {
    const auto& digest = each.text(0);
    BERTH_CHECK(
        tx_.exec("DELETE FROM repository_blobs WHERE digest = $1 AND NOT EXISTS (SELECT 1 FROM manifest_blobs e "
                 "WHERE e.blob = $1 AND e.repository = repository_blobs.repository)",
                 {digest}));
    BERTH_TRY(const auto gone, tx_.query("DELETE FROM blobs WHERE digest = $1 AND NOT EXISTS "
                                         "(SELECT 1 FROM manifest_blobs WHERE blob = $1) RETURNING " BERTH_BLOB_COLUMNS,
                                         {digest}));
    if (gone.empty()) {
      BERTH_CHECK(tx_.exec("UPDATE blobs SET unreviewed = 0 WHERE digest = $1", {digest}));
      continue;
    }
    BERTH_TRY(const auto blob, blob_from(gone.front()));
    BERTH_CHECK(DeadFiles(tx_).add(file_of(blob), now));
    ++reviewed.collected;
    reviewed.bytes += blob.size;
  }
  return reviewed;
}

base::Result<FileTotals> Blobs::unheld() {
  BERTH_TRY(const auto rows, tx_.query("SELECT count(*), coalesce(sum(b.size), 0) FROM blobs b WHERE b.unreviewed = 1 "
                                       "AND NOT EXISTS (SELECT 1 FROM manifest_blobs e WHERE e.blob = b.digest)"));
  return FileTotals{.files = static_cast<std::uint64_t>(rows.front().integer(0)),
                    .bytes = static_cast<std::uint64_t>(rows.front().integer(1))};
}

base::Result<std::optional<Place>> Blobs::wanted(const model::Digest& digest) {
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

#undef BERTH_BLOB_COLUMNS
#undef BERTH_LEASE
#undef BERTH_SHORT

}  // namespace berth::meta
