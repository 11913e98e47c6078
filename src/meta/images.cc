#include "meta/images.h"

#include "meta/rows.h"

namespace berth::meta {
namespace {

std::int64_t signed_size(std::uint64_t n) { return static_cast<std::int64_t>(n); }

base::Result<std::optional<StoredManifest>> manifest_from(const sql::Rows& rows) {
  if (rows.empty()) return std::nullopt;
  BERTH_TRY(auto image, image_from(rows.front()));
  return StoredManifest{.image = std::move(image), .bytes = rows.front().blob(kImageColumns)};
}

}  // namespace

base::Result<bool> Images::put(const std::string& repository, const NewManifest& manifest) {
  const auto& image = manifest.image;
  std::optional<std::string> subject;
  if (image.subject) subject = image.subject->text();
  BERTH_TRY(const auto inserted,
            tx_.exec("INSERT INTO manifests (repository, digest, media_type, artifact_type, manifest_size, image_size, "
                     "subject, annotations, pushed_at, bytes) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) "
                     "ON CONFLICT DO NOTHING",
                     {repository, image.digest.text(), image.media_type, sql::nullable(image.artifact_type),
                      signed_size(image.manifest_size), signed_size(image.image_size), sql::nullable(subject),
                      annotations_text(image.annotations), base::to_micros(image.pushed), sql::Blob{manifest.bytes}}));
  if (inserted == 0) return false;
  BERTH_CHECK(count_on(repository, image.digest, 1));
  BERTH_CHECK(put_edges(repository, image.digest, manifest.blobs, manifest.children));
  return true;
}

base::Result<void> Images::put_edges(const std::string& repository, const model::Digest& digest,
                                     const std::vector<BlobEdge>& blobs, const std::vector<model::Digest>& children) {
  for (const auto& blob : blobs) {
    BERTH_CHECK(
        tx_.exec("INSERT INTO manifest_blobs (repository, manifest, blob, media_type, size) "
                 "VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
                 {repository, digest.text(), blob.digest.text(), blob.media_type, signed_size(blob.size)}));
  }
  for (const auto& child : children) {
    BERTH_CHECK(
        tx_.exec("INSERT INTO manifest_children (repository, parent, child) VALUES ($1, $2, $3) "
                 "ON CONFLICT DO NOTHING",
                 {repository, digest.text(), child.text()}));
  }
  return {};
}

base::Result<bool> Images::exists(const std::string& repository, const model::Digest& digest) {
  BERTH_TRY(const auto rows,
            tx_.query("SELECT 1 FROM manifests WHERE repository = $1 AND digest = $2", {repository, digest.text()}));
  return !rows.empty();
}

base::Result<std::optional<StoredManifest>> Images::find(const std::string& repository, const model::Digest& digest) {
  BERTH_TRY(const auto rows, tx_.query("SELECT " BERTH_IMAGE_COLUMNS
                                       ", m.bytes FROM manifests m WHERE m.repository = $1 AND m.digest = $2",
                                       {repository, digest.text()}));
  return manifest_from(rows);
}

base::Result<std::optional<StoredManifest>> Images::find_by_tag(const std::string& repository, const std::string& tag) {
  BERTH_TRY(const auto rows,
            tx_.query("SELECT " BERTH_IMAGE_COLUMNS
                      ", m.bytes FROM tags t JOIN manifests m ON m.repository = t.repository AND m.digest = t.digest "
                      "WHERE t.repository = $1 AND t.name = $2",
                      {repository, tag}));
  return manifest_from(rows);
}

base::Result<std::optional<model::Image>> Images::describe(const std::string& repository, const model::Digest& digest) {
  BERTH_TRY(const auto rows,
            tx_.query("SELECT " BERTH_IMAGE_COLUMNS " FROM manifests m WHERE m.repository = $1 AND m.digest = $2",
                      {repository, digest.text()}));
  if (rows.empty()) return std::nullopt;
  BERTH_TRY(auto image, image_from(rows.front()));
  BERTH_TRY(image.tags, tags_of(repository, digest));
  return image;
}

namespace {

constexpr std::string_view kHasTags =
    "EXISTS (SELECT 1 FROM tags t WHERE t.repository = m.repository AND t.digest = m.digest) ";

}  // namespace

// The first comparison with $2 is implied by the second; it is there because it is the one that an index can start
// from. Each filter has an index of its own: (repository, pushed_at, digest), and that behind status.
base::Result<std::vector<model::Image>> Images::describe_page(const std::string& repository, const ImageFilter& filter,
                                                              const ImagePosition& after, std::size_t limit) {
  std::string sql = "SELECT " BERTH_IMAGE_COLUMNS
                    " FROM manifests m WHERE m.repository = $1 AND m.pushed_at >= $2 "
                    "AND (m.pushed_at > $2 OR m.digest > $3) ";
  std::vector<sql::Value> parameters = {repository, after.pushed, after.digest, signed_size(limit)};
  if (filter.tags != TagStatus::any) (sql += filter.tags == TagStatus::tagged ? "AND " : "AND NOT ").append(kHasTags);
  if (filter.status) {
    sql += "AND m.status = $5 ";
    parameters.emplace_back(image_status_text(*filter.status));
  }
  sql += "ORDER BY m.pushed_at, m.digest LIMIT $4";
  BERTH_TRY(const auto rows, tx_.query(sql, parameters));
  std::vector<model::Image> images;
  images.reserve(rows.size());
  for (const auto& row : rows) {
    BERTH_TRY(auto image, image_from(row));
    if (filter.tags != TagStatus::untagged) {
      BERTH_TRY(image.tags, tags_of(repository, image.digest));
    }
    images.push_back(std::move(image));
  }
  return images;
}

base::Result<std::vector<ListedImage>> Images::list(const std::string& repository, const ImageFilter& filter,
                                                    const ImagePosition& after, std::size_t limit) {
  const bool untagged = filter.tags == TagStatus::untagged;
  std::string sql = "SELECT m.pushed_at, m.digest, t.name FROM manifests m ";
  sql += filter.tags == TagStatus::tagged ? "JOIN " : "LEFT JOIN ";
  sql +=
      "tags t ON t.repository = m.repository AND t.digest = m.digest WHERE m.repository = $1 AND m.pushed_at >= $2 "
      "AND (m.pushed_at > $2 OR m.digest > $3 OR (m.digest = $3 AND t.name > $4)) ";
  if (untagged) sql += "AND t.name IS NULL ";
  std::vector<sql::Value> parameters = {repository, after.pushed, after.digest, after.tag, signed_size(limit)};
  if (filter.status) {
    sql += "AND m.status = $6 ";
    parameters.emplace_back(image_status_text(*filter.status));
  }
  sql += "ORDER BY m.pushed_at, m.digest, t.name LIMIT $5";
  BERTH_TRY(const auto rows, tx_.query(sql, parameters));
  std::vector<ListedImage> images;
  images.reserve(rows.size());
  for (const auto& row : rows) {
    BERTH_TRY(auto digest, stored<model::Digest>(row.text(1)));
    auto tag = row.maybe_text(2);
    images.push_back({.digest = std::move(digest),
                      .tag = tag,
                      .position = {.pushed = row.integer(0), .digest = row.text(1), .tag = tag.value_or("")}});
  }
  return images;
}

base::Result<bool> Images::remove(const std::string& repository, const model::Digest& digest, const Lease& lease) {
  BERTH_CHECK(Blobs(tx_).release(repository, digest, lease));
  // Not left to the foreign key: PostgreSQL cascades without a look at the transaction's snapshot, so a tag that
  // another transaction moved or removed meanwhile would not make this one run again, and both would say that it was
  // theirs.
  BERTH_CHECK(tx_.exec("DELETE FROM tags WHERE repository = $1 AND digest = $2", {repository, digest.text()}));
  BERTH_TRY(const auto changed,
            tx_.exec("DELETE FROM manifests WHERE repository = $1 AND digest = $2", {repository, digest.text()}));
  if (changed == 0) return false;
  BERTH_CHECK(count_on(repository, digest, -1));
  return true;
}

base::Result<void> Images::count_on(const std::string& repository, const model::Digest& digest, std::int64_t change) {
  BERTH_CHECK(
      tx_.exec("INSERT INTO image_counts (repository, shard, images) VALUES ($1, $2, $3) "
               "ON CONFLICT (repository, shard) DO UPDATE SET images = image_counts.images + excluded.images",
               {repository, digest.text().substr(digest.text().size() - 1), change}));
  return {};
}

base::Result<std::size_t> Images::count(const std::string& repository) {
  BERTH_TRY(const auto rows, tx_.query("SELECT images FROM image_counts WHERE repository = $1", {repository}));
  std::int64_t images = 0;
  for (const auto& row : rows) images += row.integer(0);
  return static_cast<std::size_t>(images);
}

base::Result<bool> Images::any(const std::string& repository) {
  BERTH_TRY(const auto rows, tx_.query("SELECT 1 FROM manifests WHERE repository = $1 LIMIT 1", {repository}));
  return !rows.empty();
}

base::Result<std::vector<model::Digest>> Images::parents(const std::string& repository, const model::Digest& child,
                                                         std::size_t limit) {
  BERTH_TRY(const auto rows, tx_.query("SELECT parent FROM manifest_children WHERE repository = $1 AND child = $2 "
                                       "ORDER BY parent LIMIT $3",
                                       {repository, child.text(), signed_size(limit)}));
  std::vector<model::Digest> parents;
  for (const auto& row : rows) {
    BERTH_TRY(auto digest, stored<model::Digest>(row.text(0)));
    parents.push_back(std::move(digest));
  }
  return parents;
}

base::Result<std::vector<model::Image>> Images::referrers(const std::string& repository, const model::Digest& subject,
                                                          const ReferrerPage& page) {
  constexpr std::size_t kTypes = 5;
  if (page.artifact_types.size() > kTypes) return base::fail(base::Errc::internal, "more than five artifact types");
  std::string sql =
      "SELECT " BERTH_IMAGE_COLUMNS " FROM manifests m WHERE m.repository = $1 AND m.subject = $2 AND m.digest > $3 ";
  std::vector<sql::Value> parameters = {repository, subject.text(), page.after, signed_size(page.limit)};
  if (!page.artifact_types.empty()) {
    sql += "AND m.artifact_type IN ($5, $6, $7, $8, $9) ";
    for (std::size_t i = 0; i < kTypes; ++i) {
      // Unused places repeat the first type, so that one statement serves any number.
      parameters.emplace_back(page.artifact_types[i < page.artifact_types.size() ? i : 0]);
    }
  }
  if (page.status) {
    parameters.emplace_back(image_status_text(*page.status));
    sql += "AND m.status = $" + std::to_string(parameters.size()) + " ";
  }
  sql += "ORDER BY m.digest LIMIT $4";
  BERTH_TRY(const auto rows, tx_.query(sql, parameters));
  return each(rows, image_from);
}

base::Result<std::optional<model::Digest>> Images::tag_target(const std::string& repository, const std::string& tag) {
  BERTH_TRY(const auto rows,
            tx_.query("SELECT digest FROM tags WHERE repository = $1 AND name = $2", {repository, tag}));
  if (rows.empty()) return std::nullopt;
  return stored_digest(rows.front().text(0));
}

base::Result<void> Images::put_tag(const std::string& repository, const std::string& tag, const model::Digest& digest,
                                   base::Timestamp now) {
  BERTH_CHECK(tx_.exec(
      "INSERT INTO tags (repository, name, digest, updated_at) VALUES ($1, $2, $3, $4) "
      "ON CONFLICT (repository, name) DO UPDATE SET digest = excluded.digest, updated_at = excluded.updated_at",
      {repository, tag, digest.text(), base::to_micros(now)}));
  return {};
}

base::Result<bool> Images::remove_tag(const std::string& repository, const std::string& tag) {
  BERTH_TRY(const auto changed, tx_.exec("DELETE FROM tags WHERE repository = $1 AND name = $2", {repository, tag}));
  return changed > 0;
}

base::Result<void> Images::hold_tag(const std::string& repository, const std::string& tag) {
  BERTH_CHECK(
      tx_.exec("UPDATE tags SET updated_at = updated_at WHERE repository = $1 AND name = $2", {repository, tag}));
  return {};
}

base::Result<std::vector<std::string>> Images::tags_of(const std::string& repository, const model::Digest& digest) {
  BERTH_TRY(const auto rows, tx_.query("SELECT name FROM tags WHERE repository = $1 AND digest = $2 ORDER BY name",
                                       {repository, digest.text()}));
  std::vector<std::string> tags;
  tags.reserve(rows.size());
  for (const auto& row : rows) tags.push_back(row.text(0));
  return tags;
}

base::Result<std::vector<std::string>> Images::tags(const std::string& repository, const std::string& after,
                                                    std::size_t limit) {
  BERTH_TRY(
      const auto rows,
      tx_.query("SELECT t.name FROM tags t JOIN manifests m ON m.repository = t.repository AND m.digest = t.digest "
                "WHERE t.repository = $1 AND t.name > $2 AND m.status = 'ACTIVE' ORDER BY t.name LIMIT $3",
                {repository, after, signed_size(limit)}));
  std::vector<std::string> tags;
  tags.reserve(rows.size());
  for (const auto& row : rows) tags.push_back(row.text(0));
  return tags;
}

}  // namespace berth::meta
