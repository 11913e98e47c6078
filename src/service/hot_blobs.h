// The hot store as everybody sees it: small blobs are rows of metadata, others are in `files` (meta/blob_bytes.h).
//
// Rows are written and removed by the transactions that name them (UploadWriter::complete, meta::DeadFiles): whoever
// commits through this store makes a file, and list() shows files, since no row is ever without a name.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "blob/blob_store.h"
#include "meta/store.h"

namespace berth::service {

// Safe from any thread. References outlive it.
class HotBlobs final : public blob::BlobStore {
 public:
  HotBlobs(meta::Store& store, blob::BlobStore& files) : store_(store), files_(files) {}

  base::Result<std::optional<blob::BlobInfo>> stat(const blob::BlobName& name) override;
  base::Result<std::unique_ptr<blob::BlobReader>> open(const blob::BlobName& name, blob::ByteRange range) override;
  base::Result<std::unique_ptr<blob::BlobWriter>> create(const std::string& upload,
                                                         model::DigestAlgorithm algorithm) override {
    return files_.create(upload, algorithm);
  }
  base::Result<std::unique_ptr<blob::BlobWriter>> resume(const std::string& upload, const std::string& state) override {
    return files_.resume(upload, state);
  }
  base::Result<void> discard(const std::string& upload) override { return files_.discard(upload); }
  base::Result<bool> remove(const blob::BlobName& name) override;
  base::Result<std::vector<blob::BlobInfo>> list(const std::optional<blob::BlobName>& after,
                                                 std::size_t limit) override {
    return files_.list(after, limit);
  }
  base::Result<std::vector<blob::UploadInfo>> list_uploads(const std::string& after, std::size_t limit) override {
    return files_.list_uploads(after, limit);
  }

 private:
  meta::Store& store_;
  blob::BlobStore& files_;
};

}  // namespace berth::service
