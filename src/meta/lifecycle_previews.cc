#include "meta/lifecycle_previews.h"

#include <utility>

#include "base/text.h"

namespace berth::meta {
namespace {

constexpr std::pair<std::string_view, PreviewStatus> kStatuses[] = {{"in_progress", PreviewStatus::in_progress},
                                                                    {"complete", PreviewStatus::complete},
                                                                    {"expired", PreviewStatus::expired},
                                                                    {"failed", PreviewStatus::failed}};

std::string status_text(PreviewStatus status) {
  for (const auto& [text, value] : kStatuses) {
    if (value == status) return std::string(text);
  }
  std::unreachable();
}

base::Result<PreviewStatus> status_from(const std::string& text) {
  for (const auto& [name, value] : kStatuses) {
    if (name == text) return value;
  }
  return base::fail(base::Errc::corrupt, "metadata holds the preview status '" + text + "'");
}

// One a line; no tag has a line end.
std::string tags_text(const std::vector<std::string>& tags) {
  std::string text;
  for (const auto& tag : tags) text += (text.empty() ? "" : "\n") + tag;
  return text;
}

PreviewEntry entry_from(const sql::Row& row) {
  PreviewEntry entry{.position = row.integer(0),
                     .digest = row.text(1),
                     .tags = {},
                     .pushed = base::from_micros(row.integer(3)),
                     .priority = row.integer(4),
                     .archives = row.integer(5) != 0,
                     .archived = row.integer(6) != 0};
  if (!row.text(2).empty()) {
    for (const auto tag : base::split(row.text(2), '\n')) entry.tags.emplace_back(tag);
  }
  return entry;
}

#define BERTH_PREVIEW_COLUMNS "position, digest, tags, pushed_at, priority, archives, archived"

}  // namespace

base::Result<bool> LifecyclePreviews::start(const std::string& repository, const std::string& id,
                                            const std::string& text, base::Timestamp now) {
  BERTH_TRY(const auto changed,
            tx_.exec("INSERT INTO lifecycle_previews (repository, id, policy, status, due_at, expiring, archiving) "
                     "VALUES ($1, $2, $3, 'in_progress', $4, 0, 0) ON CONFLICT (repository) DO UPDATE SET "
                     "id = excluded.id, policy = excluded.policy, status = 'in_progress', due_at = excluded.due_at, "
                     "expiring = 0, archiving = 0 WHERE lifecycle_previews.status <> 'in_progress'",
                     {repository, id, text, base::to_micros(now)}));
  return changed > 0;
}

base::Result<std::optional<PreviewRow>> LifecyclePreviews::find(const std::string& repository) {
  BERTH_TRY(const auto rows,
            tx_.query("SELECT id, policy, status, expiring, archiving FROM lifecycle_previews WHERE repository = $1",
                      {repository}));
  if (rows.empty()) return std::nullopt;
  const auto& row = rows.front();
  BERTH_TRY(const auto status, status_from(row.text(2)));
  return PreviewRow{.id = row.text(0),
                    .text = row.text(1),
                    .status = status,
                    .expiring = row.integer(3),
                    .archiving = row.integer(4)};
}

base::Result<bool> LifecyclePreviews::any_due(base::Timestamp now) {
  BERTH_TRY(const auto rows, tx_.query("SELECT 1 FROM lifecycle_previews WHERE status IN ('in_progress', 'complete') "
                                       "AND due_at <= $1 LIMIT 1",
                                       {base::to_micros(now)}));
  return !rows.empty();
}

base::Result<std::optional<PreviewClaim>> LifecyclePreviews::claim(base::Timestamp now, base::Timestamp until,
                                                                   const std::string& claim) {
  BERTH_TRY(const auto rows,
            tx_.query("SELECT repository, id, policy FROM lifecycle_previews WHERE status = 'in_progress' "
                      "AND due_at <= $1 ORDER BY due_at, repository LIMIT 1 {{skip_locked}}",
                      {base::to_micros(now)}));
  if (rows.empty()) return std::nullopt;
  PreviewClaim taken{
      .repository = rows.front().text(0), .id = rows.front().text(1), .text = rows.front().text(2), .claim = claim};
  BERTH_CHECK(tx_.exec("UPDATE lifecycle_previews SET due_at = $2, claim = $3 WHERE repository = $1",
                       {taken.repository, base::to_micros(until), claim}));
  return taken;
}

base::Result<bool> LifecyclePreviews::extend(const PreviewClaim& claim, base::Timestamp until) {
  BERTH_TRY(const auto changed, tx_.exec("UPDATE lifecycle_previews SET due_at = $4 "
                                         "WHERE repository = $1 AND id = $2 AND claim = $3 AND status = 'in_progress'",
                                         {claim.repository, claim.id, claim.claim, base::to_micros(until)}));
  return changed > 0;
}

base::Result<std::int64_t> LifecyclePreviews::clear(const std::string& repository, std::int64_t limit) {
  return tx_.exec(
      "DELETE FROM lifecycle_preview_images WHERE repository = $1 AND position < "
      "(SELECT coalesce(min(position), 0) FROM lifecycle_preview_images WHERE repository = $1) + $2",
      {repository, limit});
}

base::Result<void> LifecyclePreviews::add(const std::string& repository, const std::vector<PreviewEntry>& entries) {
  for (const auto& entry : entries) {
    BERTH_CHECK(
        tx_.exec("INSERT INTO lifecycle_preview_images (repository, " BERTH_PREVIEW_COLUMNS
                 ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
                 {repository, entry.position, entry.digest, tags_text(entry.tags), base::to_micros(entry.pushed),
                  entry.priority, std::int64_t{entry.archives}, std::int64_t{entry.archived}}));
  }
  return {};
}

base::Result<bool> LifecyclePreviews::finish(const PreviewClaim& claim, const PreviewRow& outcome,
                                             base::Timestamp expires) {
  BERTH_TRY(const auto changed,
            tx_.exec("UPDATE lifecycle_previews SET status = $3, due_at = $4, expiring = $5, archiving = $6 "
                     "WHERE repository = $1 AND id = $2 AND claim = $7 AND status = 'in_progress'",
                     {claim.repository, claim.id, status_text(outcome.status), base::to_micros(expires),
                      outcome.expiring, outcome.archiving, claim.claim}));
  return changed > 0;
}

base::Result<std::optional<std::string>> LifecyclePreviews::expire(base::Timestamp now) {
  BERTH_TRY(const auto rows, tx_.query("SELECT repository FROM lifecycle_previews WHERE status = 'complete' "
                                       "AND due_at <= $1 ORDER BY due_at, repository LIMIT 1 {{skip_locked}}",
                                       {base::to_micros(now)}));
  if (rows.empty()) return std::nullopt;
  BERTH_CHECK(
      tx_.exec("UPDATE lifecycle_previews SET status = 'expired' WHERE repository = $1", {rows.front().text(0)}));
  return rows.front().text(0);
}

base::Result<std::vector<PreviewEntry>> LifecyclePreviews::entries(const std::string& repository, TagStatus status,
                                                                   std::int64_t position, std::size_t limit) {
  constexpr std::string_view kAny = "SELECT " BERTH_PREVIEW_COLUMNS
                                    " FROM lifecycle_preview_images WHERE repository = $1 AND position >= $2 "
                                    "ORDER BY position LIMIT $3";
  constexpr std::string_view kTagged = "SELECT " BERTH_PREVIEW_COLUMNS
                                       " FROM lifecycle_preview_images WHERE repository = $1 AND position >= $2 "
                                       "AND tags <> '' ORDER BY position LIMIT $3";
  constexpr std::string_view kUntagged = "SELECT " BERTH_PREVIEW_COLUMNS
                                         " FROM lifecycle_preview_images WHERE repository = $1 AND position >= $2 "
                                         "AND tags = '' ORDER BY position LIMIT $3";
  const auto sql = status == TagStatus::any ? kAny : status == TagStatus::tagged ? kTagged : kUntagged;
  BERTH_TRY(const auto rows, tx_.query(sql, {repository, position, static_cast<std::int64_t>(limit)}));
  std::vector<PreviewEntry> entries;
  entries.reserve(rows.size());
  for (const auto& row : rows) entries.push_back(entry_from(row));
  return entries;
}

base::Result<std::optional<PreviewEntry>> LifecyclePreviews::entry(const std::string& repository,
                                                                   const std::string& digest) {
  BERTH_TRY(const auto rows, tx_.query("SELECT " BERTH_PREVIEW_COLUMNS
                                       " FROM lifecycle_preview_images WHERE repository = $1 AND digest = $2",
                                       {repository, digest}));
  if (rows.empty()) return std::nullopt;
  return entry_from(rows.front());
}

}  // namespace berth::meta
