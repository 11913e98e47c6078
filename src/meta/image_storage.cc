#include "meta/image_storage.h"

#include "meta/rows.h"

namespace berth::meta {
namespace {

base::Result<model::Digest> first_digest(const sql::Row& row) { return stored<model::Digest>(row.text(0)); }

#define BERTH_BYTES_ELSEWHERE                                                                      \
  "EXISTS (SELECT 1 FROM manifest_blobs e JOIN blobs b ON b.digest = e.blob WHERE e.repository = " \
  "manifests.repository AND e.manifest = manifests.digest AND b.place <> 'hot')"

base::Result<void> look_at_blobs(sql::Tx& tx, const std::string& repository, const model::Digest& manifest,
                                 base::Timestamp now) {
  BERTH_CHECK(
      tx.exec("UPDATE blobs SET look_at = $3 WHERE look_at IS NULL AND digest IN "
              "(SELECT blob FROM manifest_blobs WHERE repository = $1 AND manifest = $2)",
              {repository, manifest.text(), base::to_micros(now)}));
  return {};
}

}  // namespace

base::Result<std::optional<model::ImageStatus>> ImageStorage::status(const std::string& repository,
                                                                     const model::Digest& digest) {
  BERTH_TRY(const auto rows, tx_.query("SELECT status FROM manifests WHERE repository = $1 AND digest = $2",
                                       {repository, digest.text()}));
  return only(rows, [](const sql::Row& row) { return image_status_from(row.text(0)); });
}

base::Result<bool> ImageStorage::archive(const std::string& repository, const model::Digest& digest,
                                         base::Timestamp now) {
  BERTH_TRY(const auto changed, tx_.exec("UPDATE manifests SET status = 'ARCHIVED', archived_at = $3, leads_at = $3 "
                                         "WHERE repository = $1 AND digest = $2 AND status <> 'ARCHIVED'",
                                         {repository, digest.text(), base::to_micros(now)}));
  if (changed == 0) return false;
  BERTH_CHECK(look_at_blobs(tx_, repository, digest, now));
  return true;
}

base::Result<bool> ImageStorage::restore(const std::string& repository, const model::Digest& digest,
                                         base::Timestamp now) {
  BERTH_TRY(
      const auto changed,
      tx_.exec("UPDATE manifests SET activated_at = $3, leads_at = $3, status = CASE WHEN " BERTH_BYTES_ELSEWHERE
               " THEN 'ACTIVATING' ELSE 'ACTIVE' END WHERE repository = $1 AND digest = $2 AND status <> 'ACTIVE'",
               {repository, digest.text(), base::to_micros(now)}));
  if (changed == 0) return false;
  BERTH_CHECK(look_at_blobs(tx_, repository, digest, now));
  return true;
}

base::Result<void> ImageStorage::await_bytes(const std::string& repository, const model::Digest& digest,
                                             base::Timestamp now) {
  BERTH_TRY(const auto changed,
            tx_.exec("UPDATE manifests SET status = 'ACTIVATING' WHERE repository = $1 AND digest = $2 "
                     "AND " BERTH_BYTES_ELSEWHERE,
                     {repository, digest.text()}));
  if (changed == 0) return {};
  return look_at_blobs(tx_, repository, digest, now);
}

base::Result<void> ImageStorage::activate_holders(const model::Digest& blob, base::Timestamp now) {
  BERTH_CHECK(
      tx_.exec("UPDATE manifests SET status = 'ACTIVE', activated_at = $2 WHERE status = 'ACTIVATING' "
               "AND EXISTS (SELECT 1 FROM manifest_blobs h WHERE h.blob = $1 AND h.repository = manifests.repository "
               "AND h.manifest = manifests.digest) AND NOT " BERTH_BYTES_ELSEWHERE,
               {blob.text(), base::to_micros(now)}));
  return {};
}

base::Result<std::vector<model::Digest>> ImageStorage::standard_parents(const std::string& repository,
                                                                        const model::Digest& child, std::size_t limit) {
  BERTH_TRY(const auto rows,
            tx_.query("SELECT c.parent FROM manifest_children c JOIN manifests m ON m.repository = c.repository "
                      "AND m.digest = c.parent WHERE c.repository = $1 AND c.child = $2 AND m.status <> 'ARCHIVED' "
                      "ORDER BY c.parent LIMIT $3",
                      {repository, child.text(), static_cast<std::int64_t>(limit)}));
  return each(rows, first_digest);
}

base::Result<std::vector<model::Digest>> ImageStorage::archived_members(const std::string& repository,
                                                                        const model::Digest& list) {
  BERTH_TRY(const auto rows,
            tx_.query("SELECT c.child FROM manifest_children c JOIN manifests m ON m.repository = c.repository "
                      "AND m.digest = c.child WHERE c.repository = $1 AND c.parent = $2 AND m.status = 'ARCHIVED' "
                      "ORDER BY c.child",
                      {repository, list.text()}));
  return each(rows, first_digest);
}

base::Result<std::optional<LedImage>> ImageStorage::leader() {
  BERTH_TRY(const auto rows, tx_.query("SELECT repository, digest, status FROM manifests WHERE leads_at IS NOT NULL "
                                       "ORDER BY leads_at, repository, digest LIMIT 1 {{skip_locked}}"));
  return only(rows, [](const sql::Row& row) -> base::Result<LedImage> {
    BERTH_TRY(auto digest, stored<model::Digest>(row.text(1)));
    BERTH_TRY(const auto status, image_status_from(row.text(2)));
    return LedImage{
        .repository = row.text(0), .digest = std::move(digest), .archived = status == model::ImageStatus::archived};
  });
}

base::Result<std::vector<model::Digest>> ImageStorage::straying(const LedImage& leader, std::size_t limit) {
  BERTH_TRY(const auto rows,
            tx_.query("SELECT m.digest FROM manifests m WHERE m.repository = $1 AND m.subject = $2 "
                      "AND CASE WHEN m.status = 'ARCHIVED' THEN 1 ELSE 0 END <> $3 AND NOT EXISTS "
                      "(SELECT 1 FROM manifest_children c JOIN manifests p ON p.repository = c.repository "
                      "AND p.digest = c.parent WHERE c.repository = m.repository AND c.child = m.digest "
                      "AND p.status <> 'ARCHIVED') ORDER BY m.digest LIMIT $4",
                      {leader.repository, leader.digest.text(), std::int64_t{leader.archived},
                       static_cast<std::int64_t>(limit)}));
  return each(rows, first_digest);
}

base::Result<void> ImageStorage::led(const LedImage& leader) {
  BERTH_CHECK(tx_.exec("UPDATE manifests SET leads_at = NULL WHERE repository = $1 AND digest = $2",
                       {leader.repository, leader.digest.text()}));
  return {};
}

#undef BERTH_BYTES_ELSEWHERE

}  // namespace berth::meta
