// LocalBlobStore::list: walks the 512 folders in the order of the digests.
#include <dirent.h>
#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <utility>

#include "base/bytes.h"
#include "blob/local/disk.h"
#include "blob/local/local_blob_store.h"

namespace berth::blob::local {
namespace {

using base::Result;
using model::Digest;
using model::DigestAlgorithm;

// In the order of their names as text.
constexpr DigestAlgorithm kAlgorithms[] = {DigestAlgorithm::sha256, DigestAlgorithm::sha512};

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};

// The digests that have a file in one folder, ascending; names that are no digest of that folder are not ours.
Result<std::vector<Digest>> digests_in(const base::File& blobs, DigestAlgorithm algorithm, const std::string& prefix) {
  const std::string name(model::name(algorithm));
  BERTH_TRY(auto file, open_folder_at(blobs.fd(), name + "/" + prefix));
  const std::unique_ptr<DIR, CloseFolder> folder(::fdopendir(file.fd()));
  if (!folder) return os_error(errno, "list a folder of blobs");
  file.release();  // the DIR closes it
  std::vector<Digest> found;
  for (;;) {
    errno = 0;  // how readdir tells an error from the end
    const dirent* entry = ::readdir(folder.get());
    if (!entry && errno != 0) return os_error(errno, "list a folder of blobs");
    if (!entry) break;
    auto digest = Digest::parse(name + ":" + entry->d_name);
    if (digest && digest->hex().starts_with(prefix)) found.push_back(std::move(*digest));
  }
  std::ranges::sort(found);
  return found;
}

}  // namespace

Result<std::vector<BlobInfo>> LocalBlobStore::list(const std::optional<Digest>& after, std::size_t limit) {
  std::vector<BlobInfo> page;
  for (const auto algorithm : kAlgorithms) {
    if (after && algorithm < after->algorithm()) continue;
    for (int i = 0; i < 256 && page.size() < limit; ++i) {
      const auto byte = static_cast<std::byte>(i);
      const std::string prefix = base::to_hex({&byte, 1});
      if (after && algorithm == after->algorithm() && prefix < after->hex().substr(0, 2)) continue;
      BERTH_TRY(const auto found, digests_in(layout_.blobs(), algorithm, prefix));
      auto next = after ? std::ranges::upper_bound(found, *after) : found.begin();
      for (; next != found.end() && page.size() < limit; ++next) {
        BERTH_TRY(auto info, stat(*next));
        if (info) page.push_back(std::move(*info));  // else removed meanwhile
      }
    }
  }
  return page;
}

}  // namespace berth::blob::local
