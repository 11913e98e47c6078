#include "meta/deleted_images.h"

#include "meta/rows.h"

namespace berth::meta {
namespace {

#define BERTH_DELETED_COLUMNS "digest, media_type, tags, deleted_at, until"
base::Result<DeletedImage> deleted_from(const sql::Row& row) {
  BERTH_TRY(auto digest, stored<model::Digest>(row.text(0)));
  return DeletedImage{.digest = std::move(digest),
                      .media_type = row.text(1),
                      .bytes = {},
                      .tags = lines_from(row.text(2)),
                      .deleted = base::from_micros(row.integer(3)),
                      .until = base::from_micros(row.integer(4))};
}

}  // namespace

base::Result<void> DeletedImages::put(const std::string& repository, const DeletedImage& image) {
  BERTH_CHECK(tx_.exec(
      "INSERT INTO deleted_images (repository, digest, media_type, tags, deleted_at, until, bytes) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (repository, digest) DO UPDATE SET tags = excluded.tags, "
      "deleted_at = excluded.deleted_at, until = excluded.until",
      {repository, image.digest.text(), image.media_type, lines_text(image.tags), base::to_micros(image.deleted),
       base::to_micros(image.until), sql::Blob{image.bytes}}));
  return {};
}

base::Result<std::optional<DeletedImage>> DeletedImages::find(const std::string& repository,
                                                              const model::Digest& digest) {
  BERTH_TRY(const auto rows, tx_.query("SELECT " BERTH_DELETED_COLUMNS
                                       ", bytes FROM deleted_images WHERE repository = $1 AND digest = $2",
                                       {repository, digest.text()}));
  return only(rows, [](const sql::Row& row) -> base::Result<DeletedImage> {
    BERTH_TRY(auto image, deleted_from(row));
    image.bytes = row.blob(5);
    return image;
  });
}

base::Result<std::vector<DeletedImage>> DeletedImages::page(const std::string& repository, const std::string& after,
                                                            std::size_t limit) {
  BERTH_TRY(const auto rows,
            tx_.query("SELECT " BERTH_DELETED_COLUMNS " FROM deleted_images WHERE repository = $1 AND digest > $2 "
                      "ORDER BY digest LIMIT $3",
                      {repository, after, static_cast<std::int64_t>(limit)}));
  return each(rows, deleted_from);
}

base::Result<void> DeletedImages::remove(const std::string& repository, const model::Digest& digest) {
  BERTH_CHECK(
      tx_.exec("DELETE FROM deleted_images WHERE repository = $1 AND digest = $2", {repository, digest.text()}));
  return {};
}

base::Result<std::size_t> DeletedImages::purge(base::Timestamp now, std::size_t limit) {
  BERTH_TRY(const auto rows, tx_.query("SELECT repository, digest FROM deleted_images WHERE until <= $1 "
                                       "ORDER BY until, repository, digest LIMIT $2",
                                       {base::to_micros(now), static_cast<std::int64_t>(limit)}));
  for (const auto& row : rows) {
    BERTH_CHECK(
        tx_.exec("DELETE FROM deleted_images WHERE repository = $1 AND digest = $2", {row.text(0), row.text(1)}));
  }
  return rows.size();
}

base::Result<bool> DeletedImages::any_to_purge(base::Timestamp now) {
  BERTH_TRY(const auto rows,
            tx_.query("SELECT 1 FROM deleted_images WHERE until <= $1 LIMIT 1", {base::to_micros(now)}));
  return !rows.empty();
}

#undef BERTH_DELETED_COLUMNS

}  // namespace berth::meta
