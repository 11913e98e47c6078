// How domain values stand in rows. Private to meta.
#pragma once

#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/error.h"
#include "model/identity.h"
#include "model/image.h"
#include "model/organization.h"
#include "model/repository.h"
#include "sql/database.h"
#include "sql/text.h"

namespace berth::meta {

// What a row holds was valid when it was written, so a value that no longer parses is damage: `corrupt`.
template <class T>
base::Result<T> stored(const std::string& text) {
  auto value = T::parse(text);
  if (!value) return base::fail(base::Errc::corrupt, "metadata holds '" + text + "': " + value.error().message);
  return value;
}

base::Result<model::Region> stored_region(const std::string& text);
base::Result<std::optional<model::Digest>> stored_digest(const std::optional<std::string>& text);

// `make(row)` of each row, or its first error.
template <class F>
auto each(const sql::Rows& rows, F make)
    -> base::Result<std::vector<typename decltype(make(rows.front()))::value_type>> {
  std::vector<typename decltype(make(rows.front()))::value_type> values;
  values.reserve(rows.size());
  for (const auto& row : rows) {
    auto value = make(row);
    if (!value) return base::propagate(value);
    values.push_back(*std::move(value));
  }
  return values;
}

// The only row, if there is one.
template <class F>
auto only(const sql::Rows& rows, F make)
    -> base::Result<std::optional<typename decltype(make(rows.front()))::value_type>> {
  if (rows.empty()) return std::nullopt;
  auto value = make(rows.front());
  if (!value) return base::propagate(value);
  return *std::move(value);
}

inline base::Result<std::string> first_text(const sql::Row& row) { return row.text(0); }

// Columns id, account, region, name, created_at, tag_mutability, tag_exclusions, scan_on_push, encryption_type,
// kms_key, deletion_protected.
#define BERTH_REPOSITORY_COLUMNS                                                                          \
  "r.id, r.account, r.region, r.name, r.created_at, r.tag_mutability, r.tag_exclusions, r.scan_on_push, " \
  "r.encryption_type, r.kms_key, r.deletion_protected"
base::Result<model::Repository> repository_from(const sql::Row& row);

// Columns digest, media_type, artifact_type, manifest_size, image_size, subject, annotations, pushed_at, pulled_at,
// status, archived_at, activated_at.
#define BERTH_IMAGE_COLUMNS                                                                                         \
  "m.digest, m.media_type, m.artifact_type, m.manifest_size, m.image_size, m.subject, m.annotations, m.pushed_at, " \
  "m.pulled_at, m.status, m.archived_at, m.activated_at"
inline constexpr std::size_t kImageColumns = 12;
base::Result<model::Image> image_from(const sql::Row& row);
std::string image_status_text(model::ImageStatus status);
base::Result<model::ImageStatus> image_status_from(const std::string& text);
std::optional<base::Timestamp> maybe_time(const sql::Row& row, std::size_t column);

#define BERTH_ENTITY_COLUMNS                                                                           \
  "e.id, e.account, e.kind, e.name, e.path, e.created_at, e.boundary, e.trust_policy, e.description, " \
  "e.max_session, e.service, e.last_used_at, e.last_used_region"
inline constexpr std::size_t kEntityColumns = 13;
base::Result<model::Entity> entity_from(const sql::Row& row);

#define BERTH_SCP_COLUMNS "p.id, p.name, p.description, p.document, p.aws_managed"
base::Result<model::ServiceControlPolicy> scp_from(const sql::Row& row);

// Lists of texts without line ends, one a line.
std::string lines_text(const std::vector<std::string>& lines);
std::vector<std::string> lines_from(const std::string& text);

base::Result<model::TagMutability> mutability_from(const std::string& mode, const std::string& filters);
std::string mode_text(const model::TagMutability& mutability);
std::string filters_text(const model::TagMutability& mutability);  // no filter has a line end
std::string annotations_text(const std::map<std::string, std::string>& annotations);
base::Result<std::map<std::string, std::string>> annotations_from(const std::string& text);

}  // namespace berth::meta
