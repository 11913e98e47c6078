// A backup's folder: many snapshots, and every blob once.
//
//   berth-backup                     marks the folder; locked while somebody works in it
//   blobs/<algorithm>/<xx>/<hex>     bytes by their digest, whole and durable from the moment they have that name
//   snapshots/<id>/                  metadata, blobs (the list), master.key, manifest.json
//   snapshots/<id>.partial/          one that is being made, or was interrupted: no backup
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "backup/manifest.h"
#include "base/file.h"
#include "blob/blob_store.h"
#include "layout/source.h"
#include "meta/blobs.h"

namespace berth::backup {

inline constexpr std::string_view kMetadataFile = "metadata";
inline constexpr std::string_view kBlobListFile = "blobs";
inline constexpr std::string_view kKeyFile = "master.key";
inline constexpr std::string_view kManifestFile = "manifest.json";
inline constexpr std::string_view kPartial = ".partial";  // behind the name of what is being written

// What a snapshot's list of blobs says of one: its bytes, and where they were.
struct ListedBlob {
  meta::StoredBlob blob;

  std::string text() const;                                      // a line, without its end
  static base::Result<ListedBlob> parse(std::string_view line);  // corrupt
};

// One owner; one process at a time.
class Folder {
 public:
  // To write: made if it is not there. conflict: another process works in it. invalid_parameter: something else is in
  // it. To read: invalid_parameter: it is no backup.
  static base::Result<Folder> open_to_write(const std::string& path);
  static base::Result<Folder> open_to_read(const std::string& path);

  base::Result<bool> has_blob(const model::Digest& digest, std::uint64_t size) const;
  // corrupt: the bytes are not the digest's; nothing of them stays.
  base::Result<void> put_blob(const model::Digest& digest, std::uint64_t size, blob::BlobReader& bytes,
                              const layout::Tick& tick);
  base::Result<std::unique_ptr<blob::BlobReader>> open_blob(const model::Digest& digest) const;  // nullptr: not there
  base::Result<void> sync_blobs();  // the names of all that was put

  base::Result<std::vector<std::string>> snapshots() const;              // complete ones, ascending
  base::Result<base::File> begin_snapshot(const std::string& id) const;  // its folder; those that were interrupted go
  // With its manifest, and its name: from now on it is a backup.
  base::Result<void> complete_snapshot(const base::File& folder, const Manifest& manifest) const;
  base::Result<Manifest> manifest(
      const std::string& id) const;  // corrupt, invalid_parameter: there is no such snapshot
  // One of its files. corrupt: it is not there, or of another size.
  base::Result<std::unique_ptr<blob::BlobReader>> open_file(const std::string& id, std::string_view name,
                                                            std::uint64_t size) const;
  base::Result<void> remove_snapshot(const std::string& id) const;
  // Removes blobs for which `wanted` says no, in byte order of their digests; how many.
  base::Result<std::uint64_t> remove_blobs(
      const std::function<base::Result<bool>(const std::string& digest)>& wanted) const;

 private:
  Folder(base::File root, base::File lock) : root_(std::move(root)), lock_(std::move(lock)) {}

  base::File root_;
  base::File lock_;
  std::set<std::string> touched_;  // folders with names that are not durable yet
};

}  // namespace berth::backup
