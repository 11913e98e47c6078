// Blobs in memory: for the tests of those who use a BlobStore. Nothing is limited.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "blob/blob_store.h"

namespace berth::blob {

// Same rules as a store on disk, including one writer per upload. "Durable" means: in `Contents`, which a second store
// can be given to stand for a restart. Safe from any thread.
class MemoryBlobStore final : public BlobStore {
 public:
  struct Upload {
    std::string bytes;
    bool busy = false;  // a writer holds it
  };
  struct Contents {
    std::mutex mutex;  // guards the rest
    std::map<BlobName, std::shared_ptr<const std::string>> blobs;
    std::map<std::string, Upload> uploads;
  };

  explicit MemoryBlobStore(std::shared_ptr<Contents> contents = std::make_shared<Contents>())
      : contents_(std::move(contents)) {}

  base::Result<std::optional<BlobInfo>> stat(const BlobName& name) override;
  base::Result<std::unique_ptr<BlobReader>> open(const BlobName& name, ByteRange range) override;
  base::Result<std::unique_ptr<BlobWriter>> create(const std::string& upload,
                                                   model::DigestAlgorithm algorithm) override;
  base::Result<std::unique_ptr<BlobWriter>> resume(const std::string& upload, const std::string& state) override;
  base::Result<void> discard(const std::string& upload) override;
  base::Result<bool> remove(const BlobName& name) override;
  base::Result<std::vector<BlobInfo>> list(const std::optional<BlobName>& after, std::size_t limit) override;
  base::Result<std::vector<UploadInfo>> list_uploads(const std::string& after, std::size_t limit) override;

 private:
  std::shared_ptr<Contents> contents_;
};

}  // namespace berth::blob
