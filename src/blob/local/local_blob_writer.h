// One upload on the local disk, while somebody writes to it.
#pragma once

#include <cstdint>
#include <string>

#include "blob/blob_store.h"
#include "blob/local/layout.h"
#include "blob/upload_progress.h"

namespace berth::blob::local {

// Owns the locked file of its upload. `layout` outlives it. One thread at a time.
class LocalBlobWriter final : public BlobWriter {
 public:
  // Whether the name of the file is known to survive a power failure.
  enum class Name : bool { fresh, durable };

  // `file` is claimed and holds progress.size() bytes or more; those after them are cut off by the first change.
  LocalBlobWriter(const Layout& layout, std::string upload, base::File file, UploadProgress progress, Name name);

  std::uint64_t size() const override { return progress_.size(); }
  base::Result<void> append(base::Bytes bytes) override;
  base::Result<std::string> checkpoint() override;
  base::Result<BlobInfo> commit(const BlobName& name) override;
  base::Result<void> discard() override;
  model::Digest digest() const override { return progress_.digest(); }

 private:
  bool usable() const { return file_ && !failed_; }
  template <class Step>
  auto attempt(Step step) -> decltype(step());
  base::Result<void> cut();
  base::Result<model::Digest> digest_under(model::DigestAlgorithm algorithm) const;
  base::Result<BlobInfo> publish(const BlobName& name);

  const Layout& layout_;
  std::string upload_;
  base::File file_;  // closed once the upload's name is gone: committed or discarded
  UploadProgress progress_;
  Name name_;
  bool failed_ = false;
  bool cut_ = false;                // nothing is behind our last byte
  std::uint64_t written_back_ = 0;  // bytes whose write-back has been started
};

}  // namespace berth::blob::local
