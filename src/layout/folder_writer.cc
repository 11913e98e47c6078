// An OCI layout in a folder. A blob gets its name once it is whole and durable; index.json is replaced at the end.
#include <fcntl.h>

#include <filesystem>
#include <system_error>

#include "blob/local/disk.h"
#include "layout/folder.h"
#include "layout/layout_writer.h"
#include "layout/oci_layout.h"

namespace berth::layout {
namespace {

using base::Errc;
using base::fail;
using base::Result;
namespace disk = blob::local;

class FolderWriter final : public LayoutWriter {
 public:
  explicit FolderWriter(base::File folder) : folder_(std::move(folder)) {}

  Result<void> prepare() {
    BERTH_CHECK(disk::replace_file(folder_, std::string(kLayoutFile), kLayoutText));
    BERTH_CHECK(disk::make_folder_at(folder_.fd(), "blobs"));
    for (const auto algorithm : {model::DigestAlgorithm::sha256, model::DigestAlgorithm::sha512}) {
      BERTH_CHECK(disk::make_folder_at(folder_.fd(), "blobs/" + std::string(name(algorithm))));
    }
    return {};
  }

  Result<bool> has(const model::Digest& digest, std::uint64_t size) override {
    BERTH_TRY(const auto info, disk::stat_at(folder_.fd(), blob_path(digest)));
    return info && S_ISREG(info->st_mode) && static_cast<std::uint64_t>(info->st_size) == size;
  }

  Result<void> put(const model::Digest& digest, blob::BlobReader& bytes, const Tick& tick) override {
    const auto path = blob_path(digest);
    const auto partial = path + ".partial";
    if (auto written = write(digest, partial, bytes, tick); !written) {
      BERTH_CHECK(disk::unlink_at(folder_.fd(), partial));
      return written;
    }
    return disk::rename_at(folder_.fd(), partial, folder_.fd(), path);
  }

  Result<void> finish(const std::vector<IndexEntry>& entries) override {
    for (const auto algorithm : {model::DigestAlgorithm::sha256, model::DigestAlgorithm::sha512}) {
      BERTH_CHECK(disk::sync_folder_at(folder_.fd(), "blobs/" + std::string(name(algorithm))));
    }
    BERTH_CHECK(disk::sync_folder_at(folder_.fd(), "blobs"));
    BERTH_TRY(auto again, disk::open_folder_at(folder_.fd(), "."));
    BERTH_TRY(const auto old, Folder(std::move(again)).open(std::string(kIndexFile)));
    std::string there;
    if (old) {
      BERTH_TRY(there, read_all(*old, kMaxIndexBytes));
    }
    BERTH_TRY(const auto merged, merge_index(there, entries));
    return disk::replace_file(folder_, std::string(kIndexFile), merged);
  }

 private:
  Result<void> write(const model::Digest& digest, const std::string& partial, blob::BlobReader& bytes,
                     const Tick& tick) {
    BERTH_TRY(const auto file, disk::open_at(folder_.fd(), partial, O_WRONLY | O_CREAT | O_TRUNC));
    std::uint64_t at = 0;
    const auto sink = [&](base::Bytes piece) -> Result<void> {
      BERTH_CHECK(disk::write_at(file, piece, at));
      at += piece.size();
      return {};
    };
    BERTH_TRY(const auto found, copy(bytes, digest.algorithm(), sink, tick));
    if (found != digest || at != bytes.size()) {
      return fail(Errc::corrupt, "the bytes of " + digest.text() + " are those of " + found.text());
    }
    return disk::sync_data(file);
  }

  base::File folder_;
};

}  // namespace

Result<std::unique_ptr<LayoutWriter>> write_folder(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return fail(Errc::unavailable, "cannot make the folder " + path + ": " + error.message());
  base::File folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder) return fail(Errc::unavailable, "cannot open the folder " + path);
  BERTH_TRY(const auto layout, disk::stat_at(folder.fd(), std::string(kLayoutFile)));
  if (!layout && !std::filesystem::is_empty(path, error)) {
    return fail(Errc::invalid_parameter, path + " is neither empty nor an OCI layout");
  }
  auto writer = std::make_unique<FolderWriter>(std::move(folder));
  BERTH_CHECK(writer->prepare());
  return writer;
}

}  // namespace berth::layout
