// How domain values stand in rows. Private to meta.
#pragma once

#include <string>

#include "base/error.h"
#include "model/image.h"
#include "model/repository.h"
#include "sql/database.h"

namespace berth::meta {

// What a row holds was valid when it was written, so a value that no longer parses is damage: `corrupt`.
template <class T>
base::Result<T> stored(const std::string& text) {
  auto value = T::parse(text);
  if (!value) return base::fail(base::Errc::corrupt, "metadata holds '" + text + "': " + value.error().message);
  return value;
}

base::Result<std::optional<model::Digest>> stored_digest(const std::optional<std::string>& text);

// Columns id, account, region, name, created_at, tag_mutability, tag_exclusions, scan_on_push, encryption_type,
// kms_key.
#define BERTH_REPOSITORY_COLUMNS                                                                          \
  "r.id, r.account, r.region, r.name, r.created_at, r.tag_mutability, r.tag_exclusions, r.scan_on_push, " \
  "r.encryption_type, r.kms_key"
base::Result<model::Repository> repository_from(const sql::Row& row);

// Columns digest, media_type, artifact_type, manifest_size, image_size, subject, annotations, pushed_at.
#define BERTH_IMAGE_COLUMNS \
  "m.digest, m.media_type, m.artifact_type, m.manifest_size, m.image_size, m.subject, m.annotations, m.pushed_at"
inline constexpr std::size_t kImageColumns = 8;
base::Result<model::Image> image_from(const sql::Row& row);

std::string mode_text(const model::TagMutability& mutability);
std::string filters_text(const model::TagMutability& mutability);  // one a line; no filter has a line end
std::string annotations_text(const std::map<std::string, std::string>& annotations);

}  // namespace berth::meta
