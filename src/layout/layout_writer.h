// Writing an OCI image layout: blobs first, the index last, so that what is named is there.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "layout/source.h"
#include "model/descriptor.h"

namespace berth::layout {

// A line of index.json. `name`: its org.opencontainers.image.ref.name; empty: none.
struct IndexEntry {
  model::Digest digest;
  std::string media_type;
  std::uint64_t size = 0;
  std::string artifact_type{};
  std::string name{};
};

// One owner, one thread. Errors: storage_full, internal, corrupt (bytes that are not those of the digest or the size;
// nothing of them stays).
class LayoutWriter {
 public:
  virtual ~LayoutWriter() = default;
  // Whether the blob is there already, whole.
  virtual base::Result<bool> has(const model::Digest& digest, std::uint64_t size) = 0;
  virtual base::Result<void> put(const model::Digest& digest, blob::BlobReader& bytes, const Tick& tick) = 0;
  // Names the images, and makes everything durable. In a layout that was there they come to those that it names, in
  // place of what has the same name.
  virtual base::Result<void> finish(const std::vector<IndexEntry>& entries) = 0;
};

// A folder: a new one, an empty one, or an OCI layout that gets more. What an interrupted run has written stays and is
// not written again. invalid_parameter: something else is in it.
base::Result<std::unique_ptr<LayoutWriter>> write_folder(const std::string& path);
// A tar archive, which has its name once it is whole: `path` is replaced then. An interrupted one leaves nothing.
base::Result<std::unique_ptr<LayoutWriter>> write_tar(const std::string& path);

// index.json: `there` (empty: none) with `entries` put in. manifest_invalid: `there` is no index.
base::Result<std::string> merge_index(std::string_view there, const std::vector<IndexEntry>& entries);

}  // namespace berth::layout
