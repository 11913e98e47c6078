#include "blob/local/local_blob_writer.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/fault_point.h"
#include "blob/local/disk.h"

namespace berth::blob::local {
namespace {

using base::Errc;
using base::fail;
using base::Result;

// How much may wait in the page cache before it is sent to the disk, so that the sync at the end finds most of it done:
// an eighth of the upload. Less costs large uploads time, more would be all of a small one.
std::uint64_t write_back_step(std::uint64_t size) { return std::clamp<std::uint64_t>(size / 8, 256U << 10, 8U << 20); }

// What is worth a call before it is written. No more than what has come, whatever a client says is still to come.
constexpr std::size_t kLargePiece = 256U << 10;
constexpr std::size_t kReadBuffer = 256U << 10;

}  // namespace

LocalBlobWriter::LocalBlobWriter(const Layout& layout, std::string upload, base::File file, UploadProgress progress,
                                 Name name)
    : layout_(layout),
      upload_(std::move(upload)),
      file_(std::move(file)),
      progress_(std::move(progress)),
      name_(name),
      written_back_(progress_.size()) {}

// Runs a step that touches the disk. A failed one is the last: after a failed sync the kernel may have dropped the
// bytes and call the next sync a success.
template <class Step>
auto LocalBlobWriter::attempt(Step step) -> decltype(step()) {
  if (!usable()) return fail(Errc::internal, "upload " + upload_ + " has failed or is over");
  auto result = step();
  if (!result) failed_ = true;
  return result;
}

// Late, so that a writer that is dropped at once has changed nothing (BlobStore::resume).
Result<void> LocalBlobWriter::cut() {
  if (cut_) return {};
  BERTH_CHECK(truncate_to(file_, progress_.size()));
  cut_ = true;
  return {};
}

Result<void> LocalBlobWriter::append(base::Bytes bytes) {
  return attempt([&]() -> Result<void> {
    BERTH_CHECK(cut());
    if (bytes.size() >= kLargePiece) reserve(file_, progress_.size(), bytes.size());
    BERTH_CHECK(write_at(file_, bytes, progress_.size()));
    BERTH_FAULT_POINT("blob.append.after_write");
    const auto size = progress_.size() + bytes.size();
    if (size - written_back_ >= write_back_step(size)) {
      start_write_back(file_, written_back_, size - written_back_);
      written_back_ = size;
    }
    progress_.update(bytes);  // meanwhile
    return {};
  });
}

Result<std::string> LocalBlobWriter::checkpoint() {
  return attempt([&]() -> Result<std::string> {
    BERTH_CHECK(cut());
    BERTH_CHECK(sync_data(file_));
    BERTH_FAULT_POINT("blob.checkpoint.after_sync");
    if (name_ == Name::fresh) BERTH_CHECK(sync_folder(layout_.uploads()));
    BERTH_FAULT_POINT("blob.checkpoint.after_folder_sync");
    name_ = Name::durable;
    return progress_.save();
  });
}

Result<BlobInfo> LocalBlobWriter::commit(const BlobName& name) {
  if (usable()) {
    BERTH_CHECK(attempt([&] { return cut(); }));
    BERTH_TRY(const auto actual, digest_under(name.digest.algorithm()));
    if (actual != name.digest) return digest_mismatch(name.digest, actual);
  }
  return attempt([&] { return publish(name); });
}

Result<model::Digest> LocalBlobWriter::digest_under(model::DigestAlgorithm algorithm) const {
  if (algorithm == progress_.algorithm()) return progress_.digest();
  UploadProgress again(algorithm);
  std::vector<std::byte> buffer(kReadBuffer);
  while (again.size() < progress_.size()) {
    BERTH_TRY(const auto n, read_at(file_, buffer, again.size()));
    if (n == 0) return fail(Errc::corrupt, "upload " + upload_ + " is shorter than what was written to it");
    again.update(std::span(buffer).first(n));
  }
  return again.digest();
}

Result<BlobInfo> LocalBlobWriter::publish(const BlobName& name) {
  // The upload may have waited for days between its last byte and this.
  BERTH_CHECK(touch(file_));
  BERTH_FAULT_POINT("blob.commit.before_sync");
  BERTH_CHECK(sync_data(file_));
  BERTH_TRY(const auto info, stat_of(file_));
  if (static_cast<std::uint64_t>(info.st_size) != progress_.size()) {
    return fail(Errc::corrupt, "upload " + upload_ + " has another size than what was written to it");
  }
  BERTH_FAULT_POINT("blob.commit.before_rename");
  BERTH_CHECK(rename_at(layout_.uploads().fd(), upload_, layout_.blobs().fd(), Layout::path_of(name)));
  file_.close();
  BERTH_FAULT_POINT("blob.commit.after_rename");
  BERTH_CHECK(sync_folder_at(layout_.blobs().fd(), Layout::folder_of(name.digest)));
  BERTH_FAULT_POINT("blob.commit.after_folder_sync");
  return BlobInfo{.name = name, .size = progress_.size(), .touched = time_of_change(info)};
}

Result<void> LocalBlobWriter::discard() {
  if (!file_) return {};
  BERTH_CHECK(unlink_at(layout_.uploads().fd(), upload_));
  file_.close();
  return sync_folder(layout_.uploads());
}

}  // namespace berth::blob::local
