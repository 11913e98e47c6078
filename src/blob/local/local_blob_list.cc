// LocalBlobStore::list, which walks the 512 folders in the order of the digests, and list_uploads.
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <utility>

#include "base/bytes.h"
#include "blob/local/disk.h"
#include "blob/local/local_blob_store.h"
#include "blob/upload_progress.h"

namespace berth::blob::local {
namespace {

using base::Result;
using model::DigestAlgorithm;

// In the order of their names as text.
constexpr DigestAlgorithm kAlgorithms[] = {DigestAlgorithm::sha256, DigestAlgorithm::sha512};

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};

// Calls `found` with each name in the folder, in no order.
template <class Found>
Result<void> each_name_in(int parent, const std::string& name, Found found) {
  BERTH_TRY(auto file, open_folder_at(parent, name));
  const std::unique_ptr<DIR, CloseFolder> folder(::fdopendir(file.fd()));
  if (!folder) return os_error(errno, "list a folder of blobs");
  file.release();  // the DIR closes it
  for (;;) {
    errno = 0;  // how readdir tells an error from the end
    const dirent* entry = ::readdir(folder.get());
    if (!entry && errno != 0) return os_error(errno, "list a folder of blobs");
    if (!entry) return {};
    found(std::string_view(entry->d_name));
  }
}

// The names that have a file in one folder, ascending; files of other names are not ours.
Result<std::vector<BlobName>> names_in(const base::File& blobs, DigestAlgorithm algorithm, const std::string& prefix) {
  std::vector<BlobName> found;
  BERTH_CHECK(each_name_in(blobs.fd(), std::string(model::name(algorithm)) + "/" + prefix, [&](std::string_view entry) {
    auto name = Layout::name_of(algorithm, entry);
    if (name && name->digest.hex().starts_with(prefix)) found.push_back(*std::move(name));
  }));
  std::ranges::sort(found);
  return found;
}

}  // namespace

Result<std::vector<BlobInfo>> LocalBlobStore::list(const std::optional<BlobName>& after, std::size_t limit) {
  std::vector<BlobInfo> page;
  for (const auto algorithm : kAlgorithms) {
    if (after && algorithm < after->digest.algorithm()) continue;
    for (int i = 0; i < 256 && page.size() < limit; ++i) {
      const auto byte = static_cast<std::byte>(i);
      const std::string prefix = base::to_hex({&byte, 1});
      if (after && algorithm == after->digest.algorithm() && prefix < after->digest.hex().substr(0, 2)) continue;
      BERTH_TRY(const auto found, names_in(layout_.blobs(), algorithm, prefix));
      auto next = after ? std::ranges::upper_bound(found, *after) : found.begin();
      for (; next != found.end() && page.size() < limit; ++next) {
        BERTH_TRY(auto info, stat(*next));
        if (info) page.push_back(std::move(*info));  // else removed meanwhile
      }
    }
  }
  return page;
}

// Reads the whole folder for each page: it holds what is under way, not what is stored.
Result<std::vector<UploadInfo>> LocalBlobStore::list_uploads(const std::string& after, std::size_t limit) {
  std::vector<std::string> names;
  BERTH_CHECK(each_name_in(layout_.uploads().fd(), ".", [&](std::string_view entry) {
    if (is_upload_name(entry) && entry > after) names.emplace_back(entry);
  }));
  std::ranges::sort(names);
  std::vector<UploadInfo> page;
  for (auto& name : names) {
    if (page.size() == limit) break;
    BERTH_TRY(const auto info, stat_at(layout_.uploads().fd(), name));
    if (!info || !S_ISREG(info->st_mode)) continue;  // finished meanwhile
    page.push_back({.name = std::move(name), .touched = time_of_change(*info)});
  }
  return page;
}

}  // namespace berth::blob::local
