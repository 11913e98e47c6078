// The two stores of bytes, by where metadata says that a blob is.
#pragma once

#include <memory>

#include "base/deadline.h"
#include "blob/blob_store.h"
#include "meta/store.h"

namespace berth::service {

// References outlive it. A value.
struct BlobStores {
  blob::BlobStore& hot;
  blob::BlobStore& cold;  // the archive

  blob::BlobStore& of(meta::Place place) const { return place == meta::Place::hot ? hot : cold; }
};

inline blob::BlobName name_of(const meta::StoredBlob& blob) { return {.digest = blob.digest, .key = blob.key}; }
inline blob::BlobName name_of(const meta::StoredFile& file) { return {.digest = file.digest, .key = file.key}; }

}  // namespace berth::service
