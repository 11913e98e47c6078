// Manifests, their edges, and the tags that point to them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "meta/blobs.h"
#include "model/digest.h"
#include "model/image.h"
#include "sql/database.h"

namespace berth::meta {

// An edge from a manifest to a blob it needs.
struct BlobEdge {
  model::Digest digest;
  std::string media_type;
  std::uint64_t size = 0;
};

struct NewManifest {
  model::Image image;
  std::string bytes;
  std::vector<BlobEdge> blobs;
  std::vector<model::Digest> children;
};

struct StoredManifest {
  model::Image image;
  std::string bytes;
};

enum class TagStatus : std::uint8_t { any, tagged, untagged };

struct ImageFilter {
  TagStatus tags = TagStatus::any;
  std::optional<model::ImageStatus> status;  // none: any
};

// Where a page of images starts: after this one. Images go by push time, then digest, then tag.
struct ImagePosition {
  std::int64_t pushed = INT64_MIN;
  std::string digest;
  std::string tag;
};

struct ListedImage {
  model::Digest digest;
  std::optional<std::string> tag;
  ImagePosition position;
};

struct ReferrerPage {
  std::string after;  // digests after this one
  std::size_t limit = 0;
  std::vector<std::string> artifact_types;   // empty: all; at most 5
  std::optional<model::ImageStatus> status;  // none: any
};

class Images {
 public:
  explicit Images(sql::Tx& tx) : tx_(tx) {}

  base::Result<bool> put(const std::string& repository, const NewManifest& manifest);  // false: was there
  base::Result<void> put_edges(const std::string& repository, const model::Digest& digest,
                               const std::vector<BlobEdge>& blobs, const std::vector<model::Digest>& children);
  base::Result<bool> exists(const std::string& repository, const model::Digest& digest);
  base::Result<std::optional<StoredManifest>> find(const std::string& repository, const model::Digest& digest);
  base::Result<std::optional<StoredManifest>> find_by_tag(const std::string& repository, const std::string& tag);
  // Without the bytes, with the tags.
  base::Result<std::optional<model::Image>> describe(const std::string& repository, const model::Digest& digest);
  base::Result<std::vector<model::Image>> describe_page(const std::string& repository, const ImageFilter& filter,
                                                        const ImagePosition& after, std::size_t limit);
  base::Result<std::vector<ListedImage>> list(const std::string& repository, const ImageFilter& filter,
                                              const ImagePosition& after, std::size_t limit);
  // With its tags and edges. Its blobs get a lease: who was told that they are there does not see them go.
  base::Result<bool> remove(const std::string& repository, const model::Digest& digest, const Lease& lease);
  base::Result<bool> any(const std::string& repository);
  base::Result<std::size_t> count(const std::string& repository);  // kept up to date by put() and remove(): no scan
  base::Result<std::vector<model::Digest>> parents(const std::string& repository, const model::Digest& child,
                                                   std::size_t limit);
  base::Result<std::vector<model::Image>> referrers(const std::string& repository, const model::Digest& subject,
                                                    const ReferrerPage& page);

  base::Result<std::optional<model::Digest>> tag_target(const std::string& repository, const std::string& tag);
  base::Result<void> put_tag(const std::string& repository, const std::string& tag, const model::Digest& digest,
                             base::Timestamp now);
  base::Result<bool> remove_tag(const std::string& repository, const std::string& tag);
  // Changes nothing, but meets whoever moves or removes the tag at the same time: one of the two runs again. For a
  // transaction that only reads the tag, and whose outcome rests on it.
  base::Result<void> hold_tag(const std::string& repository, const std::string& tag);
  base::Result<std::vector<std::string>> tags_of(const std::string& repository, const model::Digest& digest);
  // Those of active images, ascending.
  base::Result<std::vector<std::string>> tags(const std::string& repository, const std::string& after,
                                              std::size_t limit);

 private:
  base::Result<void> count_on(const std::string& repository, const model::Digest& digest, std::int64_t change);

  sql::Tx& tx_;
};

}  // namespace berth::meta
