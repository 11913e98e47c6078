#include "backup/prune.h"

#include <algorithm>

#include "backup/text_files.h"

namespace berth::backup {
namespace {

using base::Result;

Result<LineFile> list_of(const Folder& folder, const std::string& id) {
  BERTH_TRY(const auto manifest, folder.manifest(id));
  BERTH_TRY(auto file, folder.open_file(id, kBlobListFile, manifest.blob_list.size));
  return LineFile(std::move(file), manifest.blob_list);
}

// One list, along with all others in the order of digests.
class Cursor {
 public:
  explicit Cursor(LineFile list) : list_(std::move(list)) {}

  // Whether the list names `digest`; asked in ascending order.
  Result<bool> names(const std::string& digest) {
    while (!ended_ && at_ < digest) {
      BERTH_TRY(const auto line, list_.line());
      if (!line) {
        ended_ = true;
        break;
      }
      BERTH_TRY(const auto listed, ListedBlob::parse(*line));
      at_ = listed.blob.digest.text();
    }
    return !ended_ && at_ == digest;
  }

 private:
  LineFile list_;
  std::string at_;
  bool ended_ = false;
};

Result<void> check_whole(LineFile list) {
  for (std::string before;;) {
    BERTH_TRY(const auto line, list.line());
    if (!line) return {};
    BERTH_TRY(const auto listed, ListedBlob::parse(*line));
    if (listed.blob.digest.text() <= before) return base::fail(base::Errc::corrupt, "a list of blobs is out of order");
    before = listed.blob.digest.text();
  }
}

}  // namespace

Result<Pruned> prune(const Folder& folder, std::size_t keep) {
  BERTH_TRY(auto ids, folder.snapshots());
  const auto old = ids.size() - std::min(ids.size(), std::max<std::size_t>(keep, 1));
  std::vector<Cursor> cursors;
  for (std::size_t i = old; i < ids.size(); ++i) {
    BERTH_TRY(auto whole, list_of(folder, ids[i]));
    BERTH_CHECK(check_whole(std::move(whole)));
    BERTH_TRY(auto list, list_of(folder, ids[i]));
    cursors.emplace_back(std::move(list));
  }
  for (std::size_t i = 0; i < old; ++i) BERTH_CHECK(folder.remove_snapshot(ids[i]));
  BERTH_TRY(const auto blobs, folder.remove_blobs([&](const std::string& digest) -> Result<bool> {
    bool wanted = false;
    for (auto& cursor : cursors) {
      BERTH_TRY(const bool names, cursor.names(digest));
      wanted = wanted || names;
    }
    return wanted;
  }));
  return Pruned{.snapshots = old, .blobs = blobs};
}

}  // namespace berth::backup
