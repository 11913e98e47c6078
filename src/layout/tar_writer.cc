// An OCI layout in a tar archive, which gets its name once it is whole and durable.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <set>
#include <system_error>

#include "blob/local/disk.h"
#include "layout/layout_writer.h"
#include "layout/oci_layout.h"
#include "layout/tar.h"

namespace berth::layout {
namespace {

using base::Errc;
using base::fail;
using base::Result;
namespace disk = blob::local;

class TarLayoutWriter final : public LayoutWriter {
 public:
  TarLayoutWriter(std::string path, std::string partial, base::File file, std::unique_ptr<TarWriter> tar)
      : path_(std::move(path)), partial_(std::move(partial)), file_(std::move(file)), tar_(std::move(tar)) {}
  ~TarLayoutWriter() override {
    if (!partial_.empty()) ::unlink(partial_.c_str());
  }

  Result<bool> has(const model::Digest& digest, std::uint64_t) override { return written_.contains(digest.text()); }

  // Bytes that are not the digest's have been written by the time that is known: the whole archive is void then.
  Result<void> put(const model::Digest& digest, blob::BlobReader& bytes, const Tick& tick) override {
    BERTH_CHECK(tar_->file(blob_path(digest), bytes.size()));
    BERTH_TRY(const auto found,
              copy(bytes, digest.algorithm(), [&](base::Bytes piece) { return tar_->write(piece); }, tick));
    if (found != digest) {
      return fail(Errc::corrupt, "the bytes of " + digest.text() + " are those of " + found.text());
    }
    written_.insert(digest.text());
    return {};
  }

  Result<void> finish(const std::vector<IndexEntry>& entries) override {
    BERTH_TRY(const auto index, merge_index("", entries));
    BERTH_CHECK(tar_->file(std::string(kLayoutFile), kLayoutText.size()));
    BERTH_CHECK(tar_->write(base::as_bytes(kLayoutText)));
    BERTH_CHECK(tar_->file(std::string(kIndexFile), index.size()));
    BERTH_CHECK(tar_->write(base::as_bytes(index)));
    BERTH_CHECK(tar_->finish());
    BERTH_CHECK(disk::sync_data(file_));
    if (std::rename(partial_.c_str(), path_.c_str()) != 0) return disk::os_error(errno, "name the archive " + path_);
    partial_.clear();
    const auto folder = std::filesystem::path(path_).parent_path();
    return disk::sync_folder_at(AT_FDCWD, folder.empty() ? "." : folder.string());
  }

 private:
  std::string path_;
  std::string partial_;  // empty: it has its name
  base::File file_;
  std::unique_ptr<TarWriter> tar_;  // before file_
  std::set<std::string, std::less<>> written_;
};

}  // namespace

Result<std::unique_ptr<LayoutWriter>> write_tar(const std::string& path) {
  auto partial = path + ".partial";
  base::File file(::open(partial.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!file) {
    return fail(Errc::unavailable, "cannot write " + partial + ": " + std::generic_category().message(errno));
  }
  BERTH_TRY(auto tar, TarWriter::begin(file));
  return std::make_unique<TarLayoutWriter>(path, std::move(partial), std::move(file), std::move(tar));
}

}  // namespace berth::layout
