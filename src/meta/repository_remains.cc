#include "meta/repository_remains.h"

#include <array>
#include <set>
#include <string_view>

#include "meta/blobs.h"
#include "meta/rows.h"

namespace berth::meta {
namespace {

// Leaves first, so that a row takes no others along that nobody has counted.
constexpr std::array kBeforeManifests = {
    std::string_view("DELETE FROM lifecycle_preview_images WHERE repository = $1 AND position IN "
                     "(SELECT position FROM lifecycle_preview_images WHERE repository = $1 LIMIT $2)"),
    std::string_view("DELETE FROM tags WHERE repository = $1 AND name IN "
                     "(SELECT name FROM tags WHERE repository = $1 LIMIT $2)"),
    std::string_view("DELETE FROM manifest_children WHERE repository = $1 AND (parent, child) IN "
                     "(SELECT parent, child FROM manifest_children WHERE repository = $1 LIMIT $2)"),
};
constexpr std::array kAfterManifests = {
    std::string_view("DELETE FROM deleted_images WHERE repository = $1 AND digest IN "
                     "(SELECT digest FROM deleted_images WHERE repository = $1 LIMIT $2)"),
    std::string_view("DELETE FROM repository_blobs WHERE repository = $1 AND digest IN "
                     "(SELECT digest FROM repository_blobs WHERE repository = $1 LIMIT $2)"),
};
// Manifests have up to 4 MiB each; their pages go with them.
constexpr std::int64_t kMostBytes = 1 << 20;

}  // namespace

base::Result<std::optional<std::string>> RepositoryRemains::claim() {
  BERTH_TRY(const auto rows, tx_.query("SELECT id FROM repositories WHERE account = '' ORDER BY region, name LIMIT 1 "
                                       "{{skip_locked}}"));
  if (rows.empty()) return std::nullopt;
  return rows.front().text(0);
}

base::Result<bool> RepositoryRemains::any() {
  BERTH_TRY(const auto rows, tx_.query("SELECT 1 FROM repositories WHERE account = '' LIMIT 1"));
  return !rows.empty();
}

base::Result<std::size_t> RepositoryRemains::count(std::size_t limit) {
  BERTH_TRY(const auto rows,
            tx_.query("SELECT count(*) FROM (SELECT 1 FROM repositories WHERE account = '' LIMIT $1) found",
                      {static_cast<std::int64_t>(limit)}));
  return static_cast<std::size_t>(rows.front().integer(0));
}

base::Result<RepositoryRemains::Removed> RepositoryRemains::remove(const std::string& id, std::size_t limit) {
  std::size_t done = 0;
  const auto remove_from = [&](std::string_view sql) -> base::Result<void> {
    if (done >= limit) return {};
    BERTH_TRY(const auto changed, tx_.exec(sql, {id, static_cast<std::int64_t>(limit - done)}));
    done += static_cast<std::size_t>(changed);
    return {};
  };
  for (const auto sql : kBeforeManifests) BERTH_CHECK(remove_from(sql));
  if (done < limit) {
    BERTH_TRY(const auto edges, remove_edges(id, limit - done));
    done += edges;
  }
  if (done < limit) {
    BERTH_TRY(const auto manifests, remove_manifests(id, limit - done));
    done += manifests;
  }
  for (const auto sql : kAfterManifests) BERTH_CHECK(remove_from(sql));
  if (done < limit) {
    BERTH_TRY(auto uploads, remove_uploads(id, limit - done));
    done += uploads.size();
    if (done > 0) return Removed{.rows = done, .uploads = std::move(uploads)};
  }
  if (done > 0) return Removed{.rows = done, .uploads = {}};
  // What is left is small: a policy, resource tags, counts.
  BERTH_TRY(const auto changed, tx_.exec("DELETE FROM repositories WHERE id = $1 AND account = ''", {id}));
  return Removed{.rows = static_cast<std::size_t>(changed), .last = changed > 0, .uploads = {}};
}

base::Result<std::vector<std::string>> RepositoryRemains::remove_uploads(const std::string& id, std::size_t limit) {
  BERTH_TRY(const auto rows, tx_.query("DELETE FROM uploads WHERE repository = $1 AND id IN "
                                       "(SELECT id FROM uploads WHERE repository = $1 LIMIT $2) RETURNING id",
                                       {id, static_cast<std::int64_t>(limit)}));
  return each(rows, first_text);
}

base::Result<std::size_t> RepositoryRemains::remove_edges(const std::string& id, std::size_t limit) {
  BERTH_TRY(const auto rows,
            tx_.query("DELETE FROM manifest_blobs WHERE repository = $1 AND (manifest, blob) IN "
                      "(SELECT manifest, blob FROM manifest_blobs WHERE repository = $1 LIMIT $2) RETURNING blob",
                      {id, static_cast<std::int64_t>(limit)}));
  std::set<std::string> blobs;
  for (const auto& row : rows) blobs.insert(row.text(0));
  for (const auto& blob : blobs) BERTH_CHECK(Blobs(tx_).release(blob));
  return rows.size();
}

base::Result<std::size_t> RepositoryRemains::remove_manifests(const std::string& id, std::size_t limit) {
  BERTH_TRY(const auto rows, tx_.query("SELECT digest, manifest_size FROM manifests WHERE repository = $1 LIMIT $2",
                                       {id, static_cast<std::int64_t>(limit)}));
  std::int64_t bytes = 0;
  std::size_t done = 0;
  for (const auto& row : rows) {
    BERTH_CHECK(tx_.exec("DELETE FROM manifests WHERE repository = $1 AND digest = $2", {id, row.text(0)}));
    ++done;
    bytes += row.integer(1);
    if (bytes >= kMostBytes) break;
  }
  return done;
}

}  // namespace berth::meta
