#include "meta/dead_files.h"

#include "meta/blob_bytes.h"
#include "meta/rows.h"

namespace berth::meta {

std::string text_of(Place place) { return place == Place::hot ? "hot" : "cold"; }
Place place_from(const std::string& text) { return text == "cold" ? Place::cold : Place::hot; }

base::Result<void> DeadFiles::add(const StoredFile& file, base::Timestamp now) {
  if (is_row_key(file.key)) {
    BERTH_CHECK(BlobBytes(tx_).remove(file.key));
    return {};
  }
  BERTH_CHECK(tx_.exec(
      "INSERT INTO dead_files (place, digest, storage_key, size, died_at) VALUES ($1, $2, $3, $4, $5) "
      "ON CONFLICT (place, digest, storage_key) DO NOTHING",
      {text_of(file.place), file.digest.text(), file.key, static_cast<std::int64_t>(file.size), base::to_micros(now)}));
  return {};
}

base::Result<std::vector<StoredFile>> DeadFiles::next(std::size_t limit, base::Timestamp now) {
  BERTH_TRY(const auto rows, tx_.query("SELECT place, digest, storage_key, size FROM dead_files "
                                       "WHERE NOT EXISTS (SELECT 1 FROM backup_holds WHERE until_at > $1) "
                                       "ORDER BY died_at, digest, storage_key, place LIMIT $2",
                                       {base::to_micros(now), static_cast<std::int64_t>(limit)}));
  return each(rows, [](const sql::Row& row) -> base::Result<StoredFile> {
    BERTH_TRY(auto digest, stored<model::Digest>(row.text(1)));
    return StoredFile{.place = place_from(row.text(0)),
                      .digest = std::move(digest),
                      .key = row.text(2),
                      .size = static_cast<std::uint64_t>(row.integer(3))};
  });
}

base::Result<bool> DeadFiles::remove(const StoredFile& file) {
  BERTH_TRY(const auto changed, tx_.exec("DELETE FROM dead_files WHERE place = $1 AND digest = $2 AND storage_key = $3",
                                         {text_of(file.place), file.digest.text(), file.key}));
  return changed > 0;
}

base::Result<bool> DeadFiles::contains(const StoredFile& file) {
  BERTH_TRY(const auto rows, tx_.query("SELECT 1 FROM dead_files WHERE place = $1 AND digest = $2 AND storage_key = $3",
                                       {text_of(file.place), file.digest.text(), file.key}));
  return !rows.empty();
}

base::Result<FileTotals> DeadFiles::totals() {
  BERTH_TRY(const auto rows, tx_.query("SELECT count(*), coalesce(sum(size), 0) FROM dead_files"));
  return FileTotals{.files = static_cast<std::uint64_t>(rows.front().integer(0)),
                    .bytes = static_cast<std::uint64_t>(rows.front().integer(1))};
}

}  // namespace berth::meta
