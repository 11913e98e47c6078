// What one row says of another, for fsck (service/fsck.h): each question page by page, each repair in one transaction.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "meta/images.h"
#include "model/digest.h"
#include "sql/database.h"

namespace berth::meta {

// An image as its rows say.
struct ImageRows {
  std::string repository;  // id
  std::string digest;      // not parsed: it may be what is damaged
  std::string bytes;
  std::string media_type;
  std::uint64_t manifest_size = 0;
  std::optional<std::string> subject;
  std::vector<std::string> blobs;     // of its edges, ascending
  std::vector<std::string> children;  // likewise
  std::vector<std::string> unlinked;  // of `blobs`, those that its repository has no link to
  std::vector<std::string> unknown;   // of `blobs`, those without a row
};

class Consistency {
 public:
  explicit Consistency(sql::Tx& tx) : tx_(tx) {}
  // Images in the order of repository and digest, after these.
  base::Result<std::vector<ImageRows>> images(const std::string& repository, const std::string& digest,
                                              std::size_t limit);
  // Its edges from what its manifest says, and a link for each blob that has a row.
  base::Result<void> set_edges(const std::string& repository, const model::Digest& image,
                               const std::vector<BlobEdge>& blobs, const std::vector<model::Digest>& children,
                               base::Timestamp now);
  base::Result<std::vector<std::string>> repositories(const std::string& after, std::size_t limit);  // ids
  // The numbers of images that are kept, if they are wrong: what they say and what there is.
  struct Count {
    std::int64_t kept = 0;
    std::int64_t actual = 0;
  };
  base::Result<std::optional<Count>> wrong_count(const std::string& repository);
  base::Result<void> recount(const std::string& repository);
  // Blobs that the collector would never look at again, although no image holds them.
  base::Result<std::vector<model::Digest>> forgotten(std::size_t limit);

 private:
  sql::Tx& tx_;
};

}  // namespace berth::meta
