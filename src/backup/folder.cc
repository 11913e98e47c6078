#include "backup/folder.h"

#include <fcntl.h>
#include <sys/file.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include "blob/local/disk.h"
#include "json/parse.h"
#include "json/writer.h"
#include "layout/folder.h"

namespace berth::backup {
namespace {

using base::Errc;
using base::fail;
using base::Result;
namespace disk = blob::local;

constexpr std::string_view kMarker = "berth-backup";
constexpr std::string_view kMarkerText =
    "A backup of Berth, format 1. See docs/operations.md before you change anything.\n";

constexpr std::uint64_t kMaxManifest = 64 << 20;
constexpr std::string_view kFiles[] = {kMetadataFile, kBlobListFile, kKeyFile, kManifestFile};

std::string folder_of(const model::Digest& digest) {
  return "blobs/" + std::string(name(digest.algorithm())) + "/" + std::string(digest.hex().substr(0, 2));
}
std::string path_of(const model::Digest& digest) { return folder_of(digest) + "/" + std::string(digest.hex()); }
std::string snapshot_path(const std::string& id) { return "snapshots/" + id; }

Result<base::File> open_root(const std::string& path) {
  base::File root(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (root) return root;
  return fail(Errc::unavailable, "cannot open the folder " + path + ": " + std::generic_category().message(errno));
}

Result<layout::Folder> view(const base::File& folder) {
  BERTH_TRY(auto again, disk::open_folder_at(folder.fd(), "."));
  return layout::Folder(std::move(again));
}

Result<std::vector<layout::Folder::Entry>> entries_of(const base::File& root, const std::string& path) {
  BERTH_TRY(const auto folder, view(root));
  BERTH_TRY(const auto inner, folder.folder(path));
  if (!inner) return std::vector<layout::Folder::Entry>();
  return inner->list();
}

}  // namespace

std::string ListedBlob::text() const {
  json::Writer out;
  out.begin_array();
  out.string(blob.digest.text());
  out.integer(static_cast<std::int64_t>(blob.size));
  out.string(meta::text_of(blob.place));
  out.string(blob.key);
  out.end_array();
  return out.take();
}

Result<ListedBlob> ListedBlob::parse(std::string_view line) {
  const auto damaged = fail(Errc::corrupt, "a line of the backup's list of blobs is damaged");
  const auto value = json::parse(line);
  const auto* const parts = value ? value->as_array() : nullptr;
  if (parts == nullptr || parts->size() != 4) return damaged;
  const auto* const digest = (*parts)[0].as_string();
  const auto size = (*parts)[1].as_int();
  const auto* const place = (*parts)[2].as_string();
  const auto* const key = (*parts)[3].as_string();
  if (digest == nullptr || !size || *size < 0 || place == nullptr || key == nullptr) return damaged;
  auto parsed = model::Digest::parse(*digest);
  if (!parsed || (*place != "hot" && *place != "cold")) return damaged;
  return ListedBlob{.blob = {.digest = *std::move(parsed),
                             .size = static_cast<std::uint64_t>(*size),
                             .place = meta::place_from(*place),
                             .key = *key}};
}

Result<Folder> Folder::open_to_write(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return fail(Errc::unavailable, "cannot make the folder " + path + ": " + error.message());
  BERTH_TRY(auto root, open_root(path));
  BERTH_TRY(const auto marker, disk::stat_at(root.fd(), std::string(kMarker)));
  if (!marker) {
    if (!std::filesystem::is_empty(path, error)) {
      return fail(Errc::invalid_parameter, path + " is neither empty nor a backup");
    }
    std::filesystem::permissions(path, std::filesystem::perms::owner_all, error);
    BERTH_CHECK(disk::replace_file(root, std::string(kMarker), kMarkerText));
  }
  BERTH_TRY(auto lock, disk::open_at(root.fd(), std::string(kMarker), O_RDONLY));
  if (::flock(lock.fd(), LOCK_EX | LOCK_NB) != 0) {
    return fail(Errc::conflict, "another process is working in " + path);
  }
  for (const std::string folder : {"blobs", "blobs/sha256", "blobs/sha512", "snapshots"}) {
    BERTH_CHECK(disk::make_folder_at(root.fd(), folder));
  }
  BERTH_CHECK(disk::sync_folder(root));
  return Folder(std::move(root), std::move(lock));
}

Result<Folder> Folder::open_to_read(const std::string& path) {
  BERTH_TRY(auto root, open_root(path));
  BERTH_TRY(auto marker, disk::open_at(root.fd(), std::string(kMarker), O_RDONLY));
  if (!marker) return fail(Errc::invalid_parameter, path + " is no backup of Berth's");
  if (::flock(marker.fd(), LOCK_SH | LOCK_NB) != 0) {
    return fail(Errc::conflict, "another process is working in " + path);
  }
  return Folder(std::move(root), std::move(marker));
}

Result<bool> Folder::has_blob(const model::Digest& digest, std::uint64_t size) const {
  BERTH_TRY(const auto info, disk::stat_at(root_.fd(), path_of(digest)));
  return info && S_ISREG(info->st_mode) && static_cast<std::uint64_t>(info->st_size) == size;
}

Result<void> Folder::put_blob(const model::Digest& digest, std::uint64_t size, blob::BlobReader& bytes,
                              const layout::Tick& tick) {
  const auto folder = folder_of(digest);
  BERTH_CHECK(disk::make_folder_at(root_.fd(), folder));
  const auto path = path_of(digest);
  const auto partial = path + std::string(kPartial);
  const auto write = [&]() -> Result<void> {
    BERTH_TRY(const auto file, disk::open_at(root_.fd(), partial, O_WRONLY | O_CREAT | O_TRUNC));
    std::uint64_t at = 0;
    const auto sink = [&](base::Bytes piece) -> Result<void> {
      BERTH_CHECK(disk::write_at(file, piece, at));
      disk::start_write_back(file, at, piece.size());
      at += piece.size();
      return {};
    };
    BERTH_TRY(const auto found, layout::copy(bytes, digest.algorithm(), sink, tick));
    if (found != digest || at != size) {
      return fail(Errc::corrupt, "the bytes of " + digest.text() + " are those of " + found.text());
    }
    return disk::sync_data(file);
  };
  if (auto written = write(); !written) {
    BERTH_CHECK(disk::unlink_at(root_.fd(), partial));
    return written;
  }
  BERTH_CHECK(disk::rename_at(root_.fd(), partial, root_.fd(), path));
  touched_.insert(folder);
  return {};
}

Result<std::unique_ptr<blob::BlobReader>> Folder::open_blob(const model::Digest& digest) const {
  BERTH_TRY(auto folder, view(root_));
  return folder.open(path_of(digest));
}

Result<void> Folder::sync_blobs() {
  for (const auto& folder : touched_) BERTH_CHECK(disk::sync_folder_at(root_.fd(), folder));
  touched_.clear();
  for (const std::string folder : {"blobs/sha256", "blobs/sha512", "blobs"}) {
    BERTH_CHECK(disk::sync_folder_at(root_.fd(), folder));
  }
  return {};
}

Result<std::vector<std::string>> Folder::snapshots() const {
  BERTH_TRY(const auto entries, entries_of(root_, "snapshots"));
  std::vector<std::string> ids;
  for (const auto& entry : entries) {
    if (entry.folder && !entry.name.ends_with(kPartial)) ids.push_back(entry.name);
  }
  return ids;
}

Result<base::File> Folder::begin_snapshot(const std::string& id) const {
  BERTH_TRY(const auto entries, entries_of(root_, "snapshots"));
  for (const auto& entry : entries) {
    if (entry.name.ends_with(kPartial)) BERTH_CHECK(remove_snapshot(entry.name));
  }
  const auto path = snapshot_path(id) + std::string(kPartial);
  BERTH_CHECK(disk::make_folder_at(root_.fd(), path));
  return disk::open_folder_at(root_.fd(), path);
}

Result<void> Folder::complete_snapshot(const base::File& folder, const Manifest& manifest) const {
  BERTH_CHECK(disk::replace_file(folder, std::string(kManifestFile), manifest.text()));
  const auto path = snapshot_path(manifest.id);
  BERTH_CHECK(disk::rename_at(root_.fd(), path + std::string(kPartial), root_.fd(), path));
  return disk::sync_folder_at(root_.fd(), "snapshots");
}

Result<std::unique_ptr<blob::BlobReader>> Folder::open_file(const std::string& id, std::string_view name,
                                                            std::uint64_t size) const {
  BERTH_TRY(auto folder, view(root_));
  BERTH_TRY(auto file, folder.open(snapshot_path(id) + "/" + std::string(name)));
  if (!file || file->size() != size) {
    return fail(Errc::corrupt, "the backup is damaged: " + std::string(name) + " is missing or of another size");
  }
  return file;
}

Result<Manifest> Folder::manifest(const std::string& id) const {
  BERTH_TRY(auto folder, view(root_));
  if (id.empty() || id.find('/') != std::string::npos || id.starts_with('.') || id.ends_with(kPartial)) {
    return fail(Errc::invalid_parameter, "'" + id + "' is no name of a snapshot");
  }
  BERTH_TRY(const auto there, folder.folder(snapshot_path(id)));
  if (!there) return fail(Errc::invalid_parameter, "the backup has no snapshot " + id);
  BERTH_TRY(const auto file, folder.open(snapshot_path(id) + "/" + std::string(kManifestFile)));
  if (!file) return fail(Errc::corrupt, "the snapshot " + id + " has no manifest: it is no backup");
  BERTH_TRY(const auto text, layout::read_all(*file, kMaxManifest));
  BERTH_TRY(auto manifest, Manifest::parse(text));
  if (manifest.id != id) return fail(Errc::corrupt, "the manifest of the snapshot " + id + " is another's");
  return manifest;
}

// Its manifest goes first: what is left of it then is no backup.
Result<void> Folder::remove_snapshot(const std::string& id) const {
  const auto path = snapshot_path(id);
  for (auto name = std::rbegin(kFiles); name != std::rend(kFiles); ++name) {
    BERTH_CHECK(disk::unlink_at(root_.fd(), path + "/" + std::string(*name)));
    BERTH_CHECK(disk::unlink_at(root_.fd(), path + "/" + std::string(*name) + std::string(kPartial)));
  }
  if (::unlinkat(root_.fd(), path.c_str(), AT_REMOVEDIR) != 0 && errno != ENOENT) {
    return disk::os_error(errno, "remove the snapshot " + id);
  }
  return disk::sync_folder_at(root_.fd(), "snapshots");
}

Result<std::uint64_t> Folder::remove_blobs(const std::function<Result<bool>(const std::string& digest)>& wanted) const {
  std::uint64_t removed = 0;
  for (const std::string algorithm : {"sha256", "sha512"}) {
    BERTH_TRY(const auto parts, entries_of(root_, "blobs/" + algorithm));
    for (const auto& part : parts) {
      const auto folder = "blobs/" + algorithm + "/" + part.name;
      BERTH_TRY(const auto blobs, entries_of(root_, folder));
      for (const auto& blob : blobs) {
        if (blob.folder) continue;
        BERTH_TRY(const bool keep, wanted(algorithm + ":" + blob.name));
        if (keep) continue;
        BERTH_CHECK(disk::unlink_at(root_.fd(), folder + "/" + blob.name));
        ++removed;
      }
    }
  }
  return removed;
}

}  // namespace berth::backup
