// Images that were deleted and can be brought back for a while (gc.trash): their manifests and what their tags were.
// Their layers are kept by the lease that the deletion gave them, not by rows here.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "model/digest.h"
#include "sql/database.h"

namespace berth::meta {

struct DeletedImage {
  model::Digest digest;
  std::string media_type;
  std::string bytes;
  std::vector<std::string> tags;
  base::Timestamp deleted;
  base::Timestamp until;  // it can be brought back
};

class DeletedImages {
 public:
  explicit DeletedImages(sql::Tx& tx) : tx_(tx) {}
  base::Result<void> put(const std::string& repository, const DeletedImage& image);  // instead of an older one
  base::Result<std::optional<DeletedImage>> find(const std::string& repository, const model::Digest& digest);
  // Without the bytes, ascending by digest, after `after`.
  base::Result<std::vector<DeletedImage>> page(const std::string& repository, const std::string& after,
                                               std::size_t limit);
  base::Result<void> remove(const std::string& repository, const model::Digest& digest);
  base::Result<std::size_t> purge(base::Timestamp now, std::size_t limit);  // those that are past `until`; how many
  base::Result<bool> any_to_purge(base::Timestamp now);

 private:
  sql::Tx& tx_;
};

}  // namespace berth::meta
