#include "meta/consistency.h"

#include "meta/rows.h"

namespace berth::meta {
namespace {

constexpr std::string_view kBlobs =
    "SELECT e.blob, CASE WHEN l.digest IS NULL THEN 1 ELSE 0 END, CASE WHEN b.digest IS NULL THEN 1 ELSE 0 END "
    "FROM manifest_blobs e LEFT JOIN repository_blobs l ON l.repository = e.repository AND l.digest = e.blob "
    "LEFT JOIN blobs b ON b.digest = e.blob WHERE e.repository = $1 AND e.manifest = $2 ORDER BY e.blob";
constexpr std::string_view kChildren =
    "SELECT child FROM manifest_children WHERE repository = $1 AND parent = $2 ORDER BY child";
// A shard of a digest is its last digit.
#define BERTH_COUNTED                                                                     \
  "SELECT substr(digest, length(digest), 1) AS shard, count(*) AS images FROM manifests " \
  "WHERE repository = $1 GROUP BY substr(digest, length(digest), 1)"

}  // namespace

base::Result<std::vector<ImageRows>> Consistency::images(const std::string& repository, const std::string& digest,
                                                         std::size_t limit) {
  BERTH_TRY(const auto rows,
            tx_.query("SELECT repository, digest, media_type, manifest_size, subject, bytes FROM manifests "
                      "WHERE (repository, digest) > ($1, $2) ORDER BY repository, digest LIMIT $3",
                      {repository, digest, static_cast<std::int64_t>(limit)}));
  std::vector<ImageRows> found;
  for (const auto& row : rows) {
    ImageRows image{.repository = row.text(0),
                    .digest = row.text(1),
                    .bytes = row.blob(5),
                    .media_type = row.text(2),
                    .manifest_size = static_cast<std::uint64_t>(row.integer(3)),
                    .subject = row.maybe_text(4)};
    BERTH_TRY(const auto blobs, tx_.query(kBlobs, {image.repository, image.digest}));
    for (const auto& blob : blobs) {
      image.blobs.push_back(blob.text(0));
      if (blob.integer(2) != 0) {
        image.unknown.push_back(blob.text(0));
      } else if (blob.integer(1) != 0) {
        image.unlinked.push_back(blob.text(0));
      }
    }
    BERTH_TRY(const auto children, tx_.query(kChildren, {image.repository, image.digest}));
    for (const auto& child : children) image.children.push_back(child.text(0));
    found.push_back(std::move(image));
  }
  return found;
}

base::Result<void> Consistency::set_edges(const std::string& repository, const model::Digest& image,
                                          const std::vector<BlobEdge>& blobs,
                                          const std::vector<model::Digest>& children, base::Timestamp now) {
  BERTH_TRY(const auto there,
            tx_.query("SELECT 1 FROM manifests WHERE repository = $1 AND digest = $2", {repository, image.text()}));
  if (there.empty()) return {};  // deleted meanwhile
  BERTH_CHECK(
      tx_.exec("UPDATE blobs SET unreviewed = 1 WHERE digest IN "
               "(SELECT blob FROM manifest_blobs WHERE repository = $1 AND manifest = $2)",
               {repository, image.text()}));
  BERTH_CHECK(
      tx_.exec("DELETE FROM manifest_blobs WHERE repository = $1 AND manifest = $2", {repository, image.text()}));
  BERTH_CHECK(
      tx_.exec("DELETE FROM manifest_children WHERE repository = $1 AND parent = $2", {repository, image.text()}));
  BERTH_CHECK(Images(tx_).put_edges(repository, image, blobs, children));
  for (const auto& blob : blobs) {
    BERTH_CHECK(
        tx_.exec("INSERT INTO repository_blobs (repository, digest, linked_at) "
                 "SELECT $1, digest, CAST($3 AS BIGINT) FROM blobs WHERE digest = $2 ON CONFLICT DO NOTHING",
                 {repository, blob.digest.text(), base::to_micros(now)}));
  }
  return {};
}

base::Result<std::vector<std::string>> Consistency::repositories(const std::string& after, std::size_t limit) {
  BERTH_TRY(const auto rows,
            tx_.query("SELECT id FROM repositories WHERE id > $1 AND account <> '' ORDER BY id LIMIT $2",
                      {after, static_cast<std::int64_t>(limit)}));
  return each(rows, first_text);
}

base::Result<std::optional<Consistency::Count>> Consistency::wrong_count(const std::string& repository) {
  BERTH_TRY(const auto wrong,
            tx_.query("SELECT 1 FROM (" BERTH_COUNTED ") c LEFT JOIN image_counts k ON k.repository = $1 "
                      "AND k.shard = c.shard WHERE coalesce(k.images, 0) <> c.images "
                      "UNION ALL SELECT 1 FROM image_counts k WHERE k.repository = $1 AND k.images <> 0 AND NOT EXISTS "
                      "(SELECT 1 FROM (" BERTH_COUNTED ") c WHERE c.shard = k.shard) LIMIT 1",
                      {repository}));
  if (wrong.empty()) return std::nullopt;
  BERTH_TRY(const auto kept,
            tx_.query("SELECT coalesce(sum(images), 0) FROM image_counts WHERE repository = $1", {repository}));
  BERTH_TRY(const auto actual, tx_.query("SELECT count(*) FROM manifests WHERE repository = $1", {repository}));
  return Count{.kept = kept.front().integer(0), .actual = actual.front().integer(0)};
}

base::Result<void> Consistency::recount(const std::string& repository) {
  BERTH_CHECK(tx_.exec("DELETE FROM image_counts WHERE repository = $1", {repository}));
  BERTH_CHECK(
      tx_.exec("INSERT INTO image_counts (repository, shard, images) SELECT $1, c.shard, c.images FROM "
               "(" BERTH_COUNTED ") c",
               {repository}));
  return {};
}

base::Result<std::vector<model::Digest>> Consistency::forgotten(std::size_t limit) {
  BERTH_TRY(const auto rows, tx_.query("SELECT b.digest FROM blobs b WHERE b.unreviewed = 0 AND NOT EXISTS "
                                       "(SELECT 1 FROM manifest_blobs e WHERE e.blob = b.digest) LIMIT $1",
                                       {static_cast<std::int64_t>(limit)}));
  return each(rows, [](const sql::Row& row) { return stored<model::Digest>(row.text(0)); });
}

#undef BERTH_COUNTED

}  // namespace berth::meta
