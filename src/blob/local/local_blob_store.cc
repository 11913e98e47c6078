#include "blob/local/local_blob_store.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <utility>

#include "base/fault_point.h"
#include "blob/local/disk.h"
#include "blob/local/local_blob_writer.h"
#include "blob/local/upload_file.h"

namespace berth::blob::local {
namespace {

using base::Errc;
using base::fail;
using base::Result;

class LocalBlobReader final : public BlobReader {
 public:
  LocalBlobReader(base::File file, std::uint64_t size, ByteRange range)
      : file_(std::make_shared<const base::File>(std::move(file))), size_(size), next_(std::min(range.first, size)) {
    end_ = next_ + std::min(range.length, size_ - next_);
  }

  std::uint64_t size() const override { return size_; }
  std::shared_ptr<const base::File> file() const override { return file_; }
  Result<std::size_t> read(std::span<std::byte> out) override {
    out = out.first(std::min<std::uint64_t>(out.size(), end_ - next_));
    if (out.empty()) return 0U;
    BERTH_TRY(const auto n, read_at(*file_, out, next_));
    if (n == 0) return fail(Errc::corrupt, "a stored blob ends before its size");
    next_ += n;
    return n;
  }

 private:
  std::shared_ptr<const base::File> file_;
  std::uint64_t size_;
  std::uint64_t next_;
  std::uint64_t end_ = 0;
};

}  // namespace

Result<std::unique_ptr<LocalBlobStore>> LocalBlobStore::open(const std::string& path) {
  BERTH_TRY(auto layout, Layout::open(path));
  return std::make_unique<LocalBlobStore>(std::move(layout));
}

Result<std::optional<BlobInfo>> LocalBlobStore::stat(const BlobName& name) {
  BERTH_TRY(const auto info, stat_at(layout_.blobs().fd(), Layout::path_of(name)));
  if (!info || !S_ISREG(info->st_mode)) return std::nullopt;
  return BlobInfo{.name = name, .size = static_cast<std::uint64_t>(info->st_size), .touched = time_of_change(*info)};
}

Result<std::unique_ptr<BlobReader>> LocalBlobStore::open(const BlobName& name, ByteRange range) {
  BERTH_TRY(auto file, open_at(layout_.blobs().fd(), Layout::path_of(name), O_RDONLY));
  if (!file) return fail(Errc::blob_unknown, "no blob " + name.digest.text());
  BERTH_TRY(const auto info, stat_of(file));
  if (!S_ISREG(info.st_mode)) return fail(Errc::corrupt, "blob " + name.digest.text() + " is not a file");
  return std::make_unique<LocalBlobReader>(std::move(file), static_cast<std::uint64_t>(info.st_size), range);
}

Result<std::unique_ptr<BlobWriter>> LocalBlobStore::create(const std::string& upload,
                                                           model::DigestAlgorithm algorithm) {
  BERTH_CHECK(require_upload_name(upload));
  BERTH_TRY(auto file, claim_upload(layout_.uploads(), upload, IfAbsent::make));
  BERTH_FAULT_POINT("blob.create.after_open");
  return std::make_unique<LocalBlobWriter>(layout_, upload, std::move(file), UploadProgress(algorithm),
                                           LocalBlobWriter::Name::fresh);
}

Result<std::unique_ptr<BlobWriter>> LocalBlobStore::resume(const std::string& upload, const std::string& state) {
  BERTH_CHECK(require_upload_name(upload));
  BERTH_TRY(auto progress, UploadProgress::restore(state));
  BERTH_TRY(auto file, claim_upload(layout_.uploads(), upload, IfAbsent::give_up));
  if (!file) return fail(Errc::upload_not_found, "the upload has no bytes");
  BERTH_TRY(const auto info, stat_of(file));
  const auto size = static_cast<std::uint64_t>(info.st_size);
  if (size < progress.size()) return fail(Errc::upload_not_found, "the upload has fewer bytes than its state says");
  return std::make_unique<LocalBlobWriter>(layout_, upload, std::move(file), std::move(progress),
                                           LocalBlobWriter::Name::durable);
}

Result<void> LocalBlobStore::discard(const std::string& upload) {
  BERTH_CHECK(require_upload_name(upload));
  BERTH_TRY(const auto file, claim_upload(layout_.uploads(), upload, IfAbsent::give_up));
  if (file) BERTH_CHECK(unlink_at(layout_.uploads().fd(), upload));
  BERTH_FAULT_POINT("blob.discard.after_unlink");
  return sync_folder(layout_.uploads());
}

Result<bool> LocalBlobStore::remove(const BlobName& name) {
  BERTH_TRY(const bool present, unlink_at(layout_.blobs().fd(), Layout::path_of(name)));
  BERTH_FAULT_POINT("blob.remove.after_unlink");
  return present;
}

}  // namespace berth::blob::local
