// Blobs as files of a local disk. The bytes on disk, and what a restart does with them: docs/formats/blobs.md.
#pragma once

#include <memory>
#include <string>

#include "blob/blob_store.h"
#include "blob/local/layout.h"

namespace berth::blob::local {

// Owned by the application. Holds two open folders and no other state: any number of processes of one machine may share
// the folder. Safe from any thread. Readers have a file().
class LocalBlobStore final : public BlobStore {
 public:
  // Makes the folder (not its parents) and what belongs in it. `unsupported` for a folder of another format, or one
  // that spans file systems.
  static base::Result<std::unique_ptr<LocalBlobStore>> open(const std::string& path);
  explicit LocalBlobStore(Layout layout) : layout_(std::move(layout)) {}

  base::Result<std::optional<BlobInfo>> stat(const BlobName& name) override;  // one system call
  base::Result<std::unique_ptr<BlobReader>> open(const BlobName& name, ByteRange range) override;
  base::Result<std::unique_ptr<BlobWriter>> create(const std::string& upload,
                                                   model::DigestAlgorithm algorithm) override;
  base::Result<std::unique_ptr<BlobWriter>> resume(const std::string& upload, const std::string& state) override;
  base::Result<void> discard(const std::string& upload) override;
  base::Result<bool> remove(const BlobName& name) override;
  base::Result<std::vector<BlobInfo>> list(const std::optional<BlobName>& after, std::size_t limit) override;
  base::Result<std::vector<UploadInfo>> list_uploads(const std::string& after, std::size_t limit) override;

 private:
  Layout layout_;
};

}  // namespace berth::blob::local
