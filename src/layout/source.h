// Where images come from that were not pushed: an OCI layout, the folder of another registry. Nothing in it is trusted.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "blob/blob_store.h"
#include "model/digest.h"

namespace berth::layout {

// An image that stands in a source by itself.
struct Root {
  model::Digest digest;
  std::string media_type{};             // empty: what the manifest says itself
  std::optional<std::uint64_t> size{};  // of the manifest, if the source says that
  std::vector<std::string> names{};     // tags, or references that end with one
  bool loose = false;                   // without a name, and wanted only if something that is taken is its subject
};

// Something that is named and cannot be used.
struct Trouble {
  std::string what;
  base::Error error;
};

struct Contents {
  std::vector<Root> roots;  // each digest once
  std::vector<Trouble> troubles;
};

// Images of one repository. Bytes are as they were found: whoever uses them compares them with their digest and size.
// One owner, one thread; what open() returned goes with it.
class Source {
 public:
  virtual ~Source() = default;
  virtual base::Result<Contents> contents() = 0;  // manifest_invalid, payload_too_large, corrupt
  // nullptr: there is no such blob. corrupt: what is there is no plain file.
  virtual base::Result<std::unique_ptr<blob::BlobReader>> open(const model::Digest& digest) = 0;
};

// Files by path, in a folder or in an archive. Paths have single slashes between names that are not "." or "..".
class Files {
 public:
  virtual ~Files() = default;
  // nullptr: there is none. corrupt: a link, a device, or below one.
  virtual base::Result<std::unique_ptr<blob::BlobReader>> open(const std::string& path) = 0;
};

// All of it; payload_too_large above `most` bytes, before they are read.
base::Result<std::string> read_all(blob::BlobReader& reader, std::uint64_t most);

// Called with every piece of bytes that was copied; its error ends the copying and is returned.
using Tick = std::function<base::Result<void>(std::uint64_t bytes)>;
// Hands everything to `sink` and says which digest it has.
base::Result<model::Digest> copy(blob::BlobReader& reader, model::DigestAlgorithm algorithm,
                                 const std::function<base::Result<void>(base::Bytes)>& sink, const Tick& tick);

std::string blob_path(const model::Digest& digest);  // "blobs/sha256/<hex>", in a layout

}  // namespace berth::layout
