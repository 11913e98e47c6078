#include "meta/image_outlines.h"

#include "meta/rows.h"

namespace berth::meta {

base::Result<std::vector<ImageOutline>> ImageOutlines::images(const std::string& repository, const std::string& after,
                                                              std::size_t limit) {
  BERTH_TRY(const auto rows,
            tx_.query("SELECT digest, subject, pushed_at, pulled_at, status, archived_at, activated_at FROM manifests "
                      "WHERE repository = $1 AND digest > $2 ORDER BY digest LIMIT $3",
                      {repository, after, static_cast<std::int64_t>(limit)}));
  std::vector<ImageOutline> images;
  images.reserve(rows.size());
  for (const auto& row : rows) {
    BERTH_TRY(auto digest, stored<model::Digest>(row.text(0)));
    BERTH_TRY(auto subject, stored_digest(row.maybe_text(1)));
    BERTH_TRY(const auto status, image_status_from(row.text(4)));
    images.push_back({.digest = std::move(digest),
                      .subject = std::move(subject),
                      .pushed = base::from_micros(row.integer(2)),
                      .pulled = maybe_time(row, 3),
                      .status = status,
                      .archived = maybe_time(row, 5),
                      .activated = maybe_time(row, 6)});
  }
  return images;
}

base::Result<std::vector<TagOf>> ImageOutlines::tags(const std::string& repository, const std::string& after,
                                                     std::size_t limit) {
  BERTH_TRY(const auto rows,
            tx_.query("SELECT name, digest FROM tags WHERE repository = $1 AND name > $2 ORDER BY name LIMIT $3",
                      {repository, after, static_cast<std::int64_t>(limit)}));
  std::vector<TagOf> tags;
  tags.reserve(rows.size());
  for (const auto& row : rows) tags.push_back({.tag = row.text(0), .digest = row.text(1)});
  return tags;
}

base::Result<std::vector<ListMember>> ImageOutlines::members(const std::string& repository, const ListMember& after,
                                                             std::size_t limit) {
  BERTH_TRY(const auto rows, tx_.query("SELECT parent, child FROM manifest_children WHERE repository = $1 "
                                       "AND (parent, child) > ($2, $3) ORDER BY parent, child LIMIT $4",
                                       {repository, after.list, after.member, static_cast<std::int64_t>(limit)}));
  std::vector<ListMember> members;
  members.reserve(rows.size());
  for (const auto& row : rows) members.push_back({.list = row.text(0), .member = row.text(1)});
  return members;
}

}  // namespace berth::meta
