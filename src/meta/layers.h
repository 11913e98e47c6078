// Which repository may see which blob (blobs.h).
//
// A blob's bytes are stored once, however many repositories hold it. A repository sees a blob if and only if it has a
// link to it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "meta/blobs.h"
#include "model/digest.h"
#include "model/repository.h"
#include "sql/database.h"

namespace berth::meta {

struct Layer {
  StoredBlob blob;
  base::Timestamp lease;                  // of the blob
  bool referenced = false;                // a manifest of this repository holds it
  std::optional<std::string> media_type;  // as that manifest calls it
  bool archived = false;                  // only archived images hold it, and nobody has brought it since
};

class Layers {
 public:
  explicit Layers(sql::Tx& tx) : tx_(tx) {}
  // Linked again, it has been brought again. false: was linked.
  base::Result<bool> link(const std::string& repository, const model::Digest& digest, base::Timestamp now);
  base::Result<bool> unlink(const std::string& repository, const model::Digest& digest);  // false: was not linked
  base::Result<std::optional<Layer>> find(const std::string& repository, const model::Digest& digest);
  // Repositories of a registry that may see the blob, for an anonymous mount; at most `limit`.
  base::Result<std::vector<model::Repository>> holders(const model::RegistryRef& registry, const model::Digest& digest,
                                                       std::size_t limit);

 private:
  sql::Tx& tx_;
};

}  // namespace berth::meta
