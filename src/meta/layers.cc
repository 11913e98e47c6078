#include "meta/layers.h"

#include "meta/rows.h"

namespace berth::meta {

base::Result<void> Layers::put_blob(const model::Digest& digest, std::uint64_t size, base::Timestamp now,
                                    base::Timestamp review_after) {
  BERTH_CHECK(
      tx_.exec("INSERT INTO blobs (digest, size, created_at, review_after) VALUES ($1, $2, $3, $4) "
               "ON CONFLICT (digest) DO UPDATE SET review_after = excluded.review_after",
               {digest.text(), static_cast<std::int64_t>(size), base::to_micros(now), base::to_micros(review_after)}));
  return {};
}

base::Result<bool> Layers::link(const std::string& repository, const model::Digest& digest, base::Timestamp now) {
  BERTH_TRY(const auto changed, tx_.exec("INSERT INTO repository_blobs (repository, digest, linked_at) "
                                         "VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
                                         {repository, digest.text(), base::to_micros(now)}));
  return changed > 0;
}

base::Result<bool> Layers::unlink(const std::string& repository, const model::Digest& digest) {
  BERTH_TRY(const auto changed, tx_.exec("DELETE FROM repository_blobs WHERE repository = $1 AND digest = $2",
                                         {repository, digest.text()}));
  return changed > 0;
}

base::Result<std::optional<Layer>> Layers::find(const std::string& repository, const model::Digest& digest) {
  BERTH_TRY(const auto rows,
            tx_.query("SELECT b.size, (SELECT e.media_type FROM manifest_blobs e WHERE e.blob = l.digest "
                      "AND e.repository = l.repository ORDER BY e.manifest LIMIT 1) "
                      "FROM repository_blobs l JOIN blobs b ON b.digest = l.digest "
                      "WHERE l.repository = $1 AND l.digest = $2",
                      {repository, digest.text()}));
  if (rows.empty()) return std::nullopt;
  const auto& row = rows.front();
  auto media_type = row.maybe_text(1);
  const bool referenced = media_type.has_value();
  return Layer{.digest = digest,
               .size = static_cast<std::uint64_t>(row.integer(0)),
               .referenced = referenced,
               .media_type = std::move(media_type)};
}

base::Result<std::vector<model::Repository>> Layers::holders(const model::RegistryRef& registry,
                                                             const model::Digest& digest, std::size_t limit) {
  BERTH_TRY(
      const auto rows,
      tx_.query("SELECT " BERTH_REPOSITORY_COLUMNS
                " FROM repository_blobs l JOIN repositories r ON r.id = l.repository "
                "WHERE l.digest = $1 AND r.account = $2 AND r.region = $3 AND EXISTS (SELECT 1 FROM manifest_blobs e "
                "WHERE e.repository = l.repository AND e.blob = l.digest) ORDER BY r.id LIMIT $4",
                {digest.text(), registry.account.text(), registry.region.text(), static_cast<std::int64_t>(limit)}));
  std::vector<model::Repository> repositories;
  for (const auto& row : rows) {
    BERTH_TRY(auto repository, repository_from(row));
    repositories.push_back(std::move(repository));
  }
  return repositories;
}

base::Result<std::vector<StoredBlob>> Layers::blobs(const std::string& after, std::size_t limit) {
  BERTH_TRY(const auto rows, tx_.query("SELECT digest, size FROM blobs WHERE digest > $1 ORDER BY digest LIMIT $2",
                                       {after, static_cast<std::int64_t>(limit)}));
  std::vector<StoredBlob> blobs;
  blobs.reserve(rows.size());
  for (const auto& row : rows) {
    BERTH_TRY(auto digest, stored<model::Digest>(row.text(0)));
    blobs.push_back({.digest = std::move(digest), .size = static_cast<std::uint64_t>(row.integer(1))});
  }
  return blobs;
}

base::Result<bool> Layers::knows(const model::Digest& digest) {
  BERTH_TRY(const auto rows, tx_.query("SELECT 1 FROM blobs WHERE digest = $1", {digest.text()}));
  return !rows.empty();
}

}  // namespace berth::meta
