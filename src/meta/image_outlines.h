// What a lifecycle policy must know of a repository's images: all of them, cheaply, by pages of one snapshot.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "model/digest.h"
#include "model/image.h"
#include "sql/database.h"

namespace berth::meta {

struct ImageOutline {
  model::Digest digest;
  std::optional<model::Digest> subject;
  base::Timestamp pushed;
  std::optional<base::Timestamp> pulled;
  model::ImageStatus status = model::ImageStatus::active;
  std::optional<base::Timestamp> archived, activated;
};
struct TagOf {
  std::string tag;
  std::string digest;
};
struct ListMember {
  std::string list, member;  // digests; the member need not be there
};

class ImageOutlines {
 public:
  explicit ImageOutlines(sql::Tx& tx) : tx_(tx) {}
  // Each ascending, after the given one.
  base::Result<std::vector<ImageOutline>> images(const std::string& repository, const std::string& after,
                                                 std::size_t limit);
  base::Result<std::vector<TagOf>> tags(const std::string& repository, const std::string& after, std::size_t limit);
  base::Result<std::vector<ListMember>> members(const std::string& repository, const ListMember& after,
                                                std::size_t limit);

 private:
  sql::Tx& tx_;
};

}  // namespace berth::meta
