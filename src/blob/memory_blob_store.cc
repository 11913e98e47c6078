#include "blob/memory_blob_store.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "blob/text_reader.h"
#include "blob/upload_progress.h"

namespace berth::blob {
namespace {

using base::Errc;
using base::fail;
using base::Result;
using Contents = MemoryBlobStore::Contents;

// Holds its upload busy until it is dropped.
class MemoryWriter final : public BlobWriter {
 public:
  MemoryWriter(std::shared_ptr<Contents> contents, std::string upload, UploadProgress progress)
      : contents_(std::move(contents)), name_(std::move(upload)), progress_(std::move(progress)) {}
  ~MemoryWriter() override {
    std::lock_guard lock(contents_->mutex);
    if (!done_) contents_->uploads[name_].busy = false;
  }

  std::uint64_t size() const override { return progress_.size(); }
  model::Digest digest() const override { return progress_.digest(); }

  Result<void> append(base::Bytes bytes) override {
    std::lock_guard lock(contents_->mutex);
    if (done_) return over();
    cut().append(base::as_text(bytes));
    progress_.update(bytes);
    return {};
  }

  Result<std::string> checkpoint() override {
    std::lock_guard lock(contents_->mutex);
    if (done_) return over();
    cut();
    return progress_.save();
  }

  Result<BlobInfo> commit(const BlobName& name) override {
    std::lock_guard lock(contents_->mutex);
    if (done_) return over();
    auto& bytes = cut();
    UploadProgress whole(name.digest.algorithm());
    whole.update(base::as_bytes(bytes));
    if (const auto actual = whole.digest(); actual != name.digest) return digest_mismatch(name.digest, actual);
    contents_->blobs.insert_or_assign(name, std::make_shared<const std::string>(std::move(bytes)));
    contents_->uploads.erase(name_);
    done_ = true;
    return BlobInfo{.name = name, .size = progress_.size(), .touched = {}};
  }

  Result<void> discard() override {
    std::lock_guard lock(contents_->mutex);
    if (!done_) contents_->uploads.erase(name_);
    done_ = true;
    return {};
  }

 private:
  // The upload's bytes without those that an earlier writer left behind the checkpoint. Call with the mutex held.
  std::string& cut() {
    auto& bytes = contents_->uploads[name_].bytes;
    bytes.resize(progress_.size());
    return bytes;
  }
  static std::unexpected<base::Error> over() { return fail(Errc::internal, "the upload is committed or discarded"); }

  std::shared_ptr<Contents> contents_;
  std::string name_;
  UploadProgress progress_;
  bool done_ = false;
};

std::unexpected<base::Error> busy() { return fail(Errc::upload_busy, "another request is writing to this upload"); }

}  // namespace

Result<std::optional<BlobInfo>> MemoryBlobStore::stat(const BlobName& name) {
  std::lock_guard lock(contents_->mutex);
  const auto found = contents_->blobs.find(name);
  if (found == contents_->blobs.end()) return std::nullopt;
  return BlobInfo{.name = name, .size = found->second->size(), .touched = {}};
}

Result<std::unique_ptr<BlobReader>> MemoryBlobStore::open(const BlobName& name, ByteRange range) {
  std::lock_guard lock(contents_->mutex);
  const auto found = contents_->blobs.find(name);
  if (found == contents_->blobs.end()) return fail(Errc::blob_unknown, "no blob " + name.digest.text());
  return std::make_unique<TextReader>(found->second, range);
}

Result<std::unique_ptr<BlobWriter>> MemoryBlobStore::create(const std::string& upload,
                                                            model::DigestAlgorithm algorithm) {
  BERTH_CHECK(require_upload_name(upload));
  std::lock_guard lock(contents_->mutex);
  auto& entry = contents_->uploads[upload];
  if (entry.busy) return busy();
  entry.busy = true;
  return std::make_unique<MemoryWriter>(contents_, upload, UploadProgress(algorithm));
}

Result<std::unique_ptr<BlobWriter>> MemoryBlobStore::resume(const std::string& upload, const std::string& state) {
  BERTH_CHECK(require_upload_name(upload));
  BERTH_TRY(auto progress, UploadProgress::restore(state));
  std::lock_guard lock(contents_->mutex);
  const auto found = contents_->uploads.find(upload);
  if (found == contents_->uploads.end()) return fail(Errc::upload_not_found, "the upload has no bytes");
  if (found->second.busy) return busy();
  if (found->second.bytes.size() < progress.size()) {
    return fail(Errc::upload_not_found, "the upload has fewer bytes than its state says");
  }
  found->second.busy = true;
  return std::make_unique<MemoryWriter>(contents_, upload, std::move(progress));
}

Result<void> MemoryBlobStore::discard(const std::string& upload) {
  BERTH_CHECK(require_upload_name(upload));
  std::lock_guard lock(contents_->mutex);
  const auto found = contents_->uploads.find(upload);
  if (found == contents_->uploads.end()) return {};
  if (found->second.busy) return busy();
  contents_->uploads.erase(found);
  return {};
}

Result<bool> MemoryBlobStore::remove(const BlobName& name) {
  std::lock_guard lock(contents_->mutex);
  return contents_->blobs.erase(name) > 0;
}

Result<std::vector<BlobInfo>> MemoryBlobStore::list(const std::optional<BlobName>& after, std::size_t limit) {
  std::lock_guard lock(contents_->mutex);
  std::vector<BlobInfo> page;
  auto next = after ? contents_->blobs.upper_bound(*after) : contents_->blobs.begin();
  for (; next != contents_->blobs.end() && page.size() < limit; ++next) {
    page.push_back({.name = next->first, .size = next->second->size(), .touched = {}});
  }
  return page;
}

Result<std::vector<UploadInfo>> MemoryBlobStore::list_uploads(const std::string& after, std::size_t limit) {
  std::lock_guard lock(contents_->mutex);
  std::vector<UploadInfo> page;
  auto next = contents_->uploads.upper_bound(after);
  for (; next != contents_->uploads.end() && page.size() < limit; ++next)
    page.push_back({.name = next->first, .touched = {}});
  return page;
}

}  // namespace berth::blob
