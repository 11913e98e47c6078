#include "meta/layers.h"

#include "meta/rows.h"

namespace berth::meta {
base::Result<bool> Layers::link(const std::string& repository, const model::Digest& digest, base::Timestamp now) {
  BERTH_TRY(const auto there, tx_.query("SELECT 1 FROM repository_blobs WHERE repository = $1 AND digest = $2",
                                        {repository, digest.text()}));
  BERTH_CHECK(
      tx_.exec("INSERT INTO repository_blobs (repository, digest, linked_at) VALUES ($1, $2, $3) "
               "ON CONFLICT (repository, digest) DO UPDATE SET linked_at = excluded.linked_at",
               {repository, digest.text(), base::to_micros(now)}));
  return there.empty();
}

base::Result<bool> Layers::unlink(const std::string& repository, const model::Digest& digest) {
  BERTH_TRY(const auto changed, tx_.exec("DELETE FROM repository_blobs WHERE repository = $1 AND digest = $2",
                                         {repository, digest.text()}));
  return changed > 0;
}

base::Result<std::optional<Layer>> Layers::find(const std::string& repository, const model::Digest& digest) {
  BERTH_TRY(
      const auto rows,
      tx_.query("SELECT b.size, b.place, b.storage_key, b.damaged_at, b.review_after, (SELECT e.media_type FROM "
                "manifest_blobs e WHERE e.blob = l.digest "
                "AND e.repository = l.repository ORDER BY e.manifest LIMIT 1), "
                "CASE WHEN EXISTS (SELECT 1 FROM manifest_blobs e JOIN manifests m ON m.repository = e.repository "
                "AND m.digest = e.manifest WHERE e.blob = l.digest AND e.repository = l.repository "
                "AND (m.status = 'ACTIVE' OR m.archived_at < l.linked_at)) THEN 1 ELSE 0 END "
                "FROM repository_blobs l JOIN blobs b ON b.digest = l.digest "
                "WHERE l.repository = $1 AND l.digest = $2",
                {repository, digest.text()}));
  return only(rows, [&](const sql::Row& row) -> base::Result<Layer> {
    auto media_type = row.maybe_text(5);
    const bool referenced = media_type.has_value();
    return Layer{.blob = {.digest = digest,
                          .size = static_cast<std::uint64_t>(row.integer(0)),
                          .place = place_from(row.text(1)),
                          .key = row.text(2),
                          .damaged = maybe_time(row, 3).has_value()},
                 .lease = base::from_micros(row.integer(4)),
                 .referenced = referenced,
                 .media_type = std::move(media_type),
                 .archived = referenced && row.integer(6) == 0};
  });
}

base::Result<std::vector<model::Repository>> Layers::holders(const model::RegistryRef& registry,
                                                             const model::Digest& digest, std::size_t limit) {
  BERTH_TRY(
      const auto rows,
      tx_.query("SELECT " BERTH_REPOSITORY_COLUMNS
                " FROM repository_blobs l JOIN repositories r ON r.id = l.repository "
                "WHERE l.digest = $1 AND r.account = $2 AND r.region = $3 ORDER BY r.id LIMIT $4",
                {digest.text(), registry.account.text(), registry.region.text(), static_cast<std::int64_t>(limit)}));
  std::vector<model::Repository> repositories;
  for (const auto& row : rows) {
    BERTH_TRY(auto repository, repository_from(row));
    repositories.push_back(std::move(repository));
  }
  return repositories;
}

}  // namespace berth::meta
