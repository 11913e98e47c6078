#include "layout/folder.h"

#include <dirent.h>
#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "base/text.h"
#include "blob/local/disk.h"

namespace berth::layout {
namespace {

using base::Errc;
using base::fail;
using base::Result;
namespace disk = blob::local;

std::unexpected<base::Error> is_link(const std::string& path, const std::string& part) {
  return fail(Errc::corrupt, path + ": '" + part + "' is a symbolic link; none is followed");
}

// As large as it was when it was opened: what is written behind that is not seen.
class FileReader final : public blob::BlobReader {
 public:
  FileReader(base::File file, std::uint64_t size) : file_(std::move(file)), size_(size) {}

  std::uint64_t size() const override { return size_; }
  Result<std::size_t> read(std::span<std::byte> out) override {
    out = out.first(std::min<std::uint64_t>(out.size(), size_ - next_));
    if (out.empty()) return 0U;
    BERTH_TRY(const auto n, disk::read_at(file_, out, next_));
    if (n == 0) return fail(Errc::corrupt, "a file became shorter while it was read");
    next_ += n;
    return n;
  }

 private:
  base::File file_;
  std::uint64_t size_;
  std::uint64_t next_ = 0;
};

}  // namespace

Result<Folder> Folder::open_path(const std::string& path) {
  base::File folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder) {
    return fail(Errc::unavailable, "cannot open the folder " + path + ": " + std::generic_category().message(errno));
  }
  return Folder(std::move(folder));
}

Result<base::File> Folder::walk(const std::string& path, int flags) const {
  base::File at;
  const auto parts = base::split(path, '/');
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const int dir = at ? at.fd() : folder_.fd();
    const std::string name(parts[i]);
    BERTH_TRY(const auto info, disk::stat_at(dir, name));
    if (!info) return base::File();
    if (S_ISLNK(info->st_mode)) return is_link(path, name);
    // A pipe must not make us wait for its other end.
    const int how = i + 1 < parts.size() ? O_RDONLY | O_DIRECTORY : O_RDONLY | O_NONBLOCK | flags;
    BERTH_TRY(at, disk::open_at(dir, name, how));
    if (!at) return base::File();
  }
  return at;
}

Result<std::unique_ptr<blob::BlobReader>> Folder::open(const std::string& path) {
  BERTH_TRY(auto file, walk(path, 0));
  if (!file) return nullptr;
  BERTH_TRY(const auto info, disk::stat_of(file));
  if (!S_ISREG(info.st_mode)) return fail(Errc::corrupt, path + " is not a plain file");
  return std::make_unique<FileReader>(std::move(file), static_cast<std::uint64_t>(info.st_size));
}

Result<std::optional<Folder>> Folder::folder(const std::string& path) const {
  BERTH_TRY(auto found, walk(path, O_DIRECTORY));
  return found ? std::optional(Folder(std::move(found))) : std::nullopt;
}

Result<std::vector<Folder::Entry>> Folder::list() const {
  BERTH_TRY(auto again, disk::open_folder_at(folder_.fd(), "."));
  const auto close = [](DIR* stream) { ::closedir(stream); };
  const std::unique_ptr<DIR, decltype(close)> stream(::fdopendir(again.fd()), close);
  if (!stream) return disk::os_error(errno, "list a folder");
  (void)again.release();  // the stream's now
  std::vector<Entry> found;
  for (;;) {
    errno = 0;
    const dirent* const entry = ::readdir(stream.get());
    if (entry == nullptr && errno != 0) return disk::os_error(errno, "list a folder");
    if (entry == nullptr) break;
    std::string name(entry->d_name);
    if (name == "." || name == "..") continue;
    bool folder = entry->d_type == DT_DIR;
    if (entry->d_type == DT_UNKNOWN) {
      BERTH_TRY(const auto info, disk::stat_at(folder_.fd(), name));
      folder = info && S_ISDIR(info->st_mode);
    }
    found.push_back({.name = std::move(name), .folder = folder});
  }
  std::ranges::sort(found, {}, &Entry::name);
  return found;
}

}  // namespace berth::layout
