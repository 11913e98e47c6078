// Blobs, and which repository may see which.
//
// A blob's bytes are stored once, however many repositories hold it. A repository sees a blob if and only if it has a
// link to it. `review_after` is the lease: until then nothing collects a blob, referenced or not.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "meta/blob_places.h"
#include "model/digest.h"
#include "model/repository.h"
#include "sql/database.h"

namespace berth::meta {

struct Layer {
  model::Digest digest;
  std::uint64_t size = 0;
  bool referenced = false;                // a manifest of this repository holds it
  std::optional<std::string> media_type;  // as that manifest calls it
  bool archived = false;                  // only archived images hold it, and nobody has brought it since
  Place place = Place::hot;
};

struct StoredBlob {
  model::Digest digest;
  std::uint64_t size = 0;
  Place place = Place::hot;
  bool claimed = false;  // bytes of it may be in the other store as well
};

class Layers {
 public:
  explicit Layers(sql::Tx& tx) : tx_(tx) {}
  // The bytes are stored and durable: record them, or renew the lease of those that are known.
  base::Result<void> put_blob(const model::Digest& digest, std::uint64_t size, base::Timestamp now,
                              base::Timestamp review_after);
  // Linked again, it has been brought again. false: was linked.
  base::Result<bool> link(const std::string& repository, const model::Digest& digest, base::Timestamp now);
  base::Result<bool> unlink(const std::string& repository, const model::Digest& digest);  // false: was not linked
  base::Result<std::optional<Layer>> find(const std::string& repository, const model::Digest& digest);
  // Repositories of a registry that may see the blob, for an anonymous mount; at most `limit`.
  base::Result<std::vector<model::Repository>> holders(const model::RegistryRef& registry, const model::Digest& digest,
                                                       std::size_t limit);

  // Every blob, ascending by digest, after `after`.
  base::Result<std::vector<StoredBlob>> blobs(const std::string& after, std::size_t limit);
  base::Result<std::optional<StoredBlob>> blob(const model::Digest& digest);

 private:
  sql::Tx& tx_;
};

}  // namespace berth::meta
