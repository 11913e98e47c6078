// The folders of a local blob store (docs/formats/blobs.md).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/file.h"
#include "blob/blob_store.h"
#include "model/digest.h"

namespace berth::blob::local {

// Open descriptors of the folders, for as long as the store lives. Immutable; safe from any thread.
class Layout {
 public:
  // Makes what is missing, durably. `unsupported` if the folder was written by a version that this one does not know.
  static base::Result<Layout> open(const std::string& path);

  const base::File& uploads() const { return uploads_; }
  const base::File& blobs() const { return blobs_; }

  // Relative to blobs(): "sha256/ab", and the file "sha256/ab/abcd...", with ".<key>" if there is one.
  static std::string folder_of(const model::Digest& digest);
  static std::string path_of(const BlobName& name);
  // What path_of() made of a name, below folder_of(): that name again. nullopt: it has made no such file name.
  static std::optional<BlobName> name_of(model::DigestAlgorithm algorithm, std::string_view file);

 private:
  Layout(base::File uploads, base::File blobs) : uploads_(std::move(uploads)), blobs_(std::move(blobs)) {}
  base::File uploads_;
  base::File blobs_;
};

}  // namespace berth::blob::local
