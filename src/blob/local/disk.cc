#include "blob/local/disk.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

namespace berth::blob::local {
namespace {

using base::Errc;
using base::fail;
using base::Result;

template <class Call>
auto retry(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

template <class Call>
Result<void> run(Call call, const std::string& what) {
  if (retry(call) < 0) return os_error(errno, what);
  return {};
}

}  // namespace

std::unexpected<base::Error> os_error(int error, const std::string& what) {
  if (error == ENOSPC || error == EDQUOT) return fail(Errc::storage_full, "The registry's storage is full");
  if (error == EMFILE || error == ENFILE || error == ENOMEM) {
    return fail(Errc::unavailable, "The server has no file descriptor or memory left for this; try again");
  }
  return fail(Errc::internal, "cannot " + what + ": " + std::generic_category().message(error));
}

Result<base::File> open_at(int dir, const std::string& name, int flags) {
  base::File file(retry([&] { return ::openat(dir, name.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, 0600); }));
  if (!file && errno != ENOENT) return os_error(errno, "open " + name);
  return file;
}

Result<base::File> open_folder_at(int dir, const std::string& name) {
  BERTH_TRY(auto folder, open_at(dir, name, O_RDONLY | O_DIRECTORY));
  if (!folder) return os_error(ENOENT, "open folder " + name);
  return folder;
}

Result<std::optional<struct stat>> stat_at(int dir, const std::string& name) {
  struct stat info{};
  if (::fstatat(dir, name.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0) return info;
  if (errno == ENOENT) return std::nullopt;
  return os_error(errno, "stat " + name);
}

Result<struct stat> stat_of(const base::File& file) {
  struct stat info{};
  if (::fstat(file.fd(), &info) != 0) return os_error(errno, "stat an open file");
  return info;
}

base::Timestamp time_of_change(const struct stat& info) {
  return base::from_micros(std::int64_t{info.st_mtim.tv_sec} * 1'000'000 + info.st_mtim.tv_nsec / 1'000);
}

Result<void> touch(const base::File& file) {
  if (::futimens(file.fd(), nullptr) != 0) return os_error(errno, "touch a file");
  return {};
}

Result<void> make_folder_at(int dir, const std::string& name) {
  if (::mkdirat(dir, name.c_str(), 0700) != 0 && errno != EEXIST) return os_error(errno, "make folder " + name);
  return {};
}

Result<bool> unlink_at(int dir, const std::string& name) {
  if (::unlinkat(dir, name.c_str(), 0) == 0) return true;
  if (errno == ENOENT) return false;
  return os_error(errno, "delete " + name);
}

Result<void> rename_at(int from_dir, const std::string& from, int to_dir, const std::string& to) {
  return run([&] { return ::renameat(from_dir, from.c_str(), to_dir, to.c_str()); }, "rename " + from + " to " + to);
}

Result<void> write_at(const base::File& file, base::Bytes bytes, std::uint64_t offset) {
  while (!bytes.empty()) {
    const auto n = retry([&] { return ::pwrite(file.fd(), bytes.data(), bytes.size(), static_cast<off_t>(offset)); });
    if (n < 0) return os_error(errno, "write");
    bytes = bytes.subspan(static_cast<std::size_t>(n));
    offset += static_cast<std::uint64_t>(n);
  }
  return {};
}

Result<std::size_t> read_at(const base::File& file, std::span<std::byte> out, std::uint64_t offset) {
  const auto n = retry([&] { return ::pread(file.fd(), out.data(), out.size(), static_cast<off_t>(offset)); });
  if (n < 0) return fail(Errc::corrupt, "cannot read stored bytes: " + std::generic_category().message(errno));
  return static_cast<std::size_t>(n);
}

Result<void> truncate_to(const base::File& file, std::uint64_t size) {
  return run([&] { return ::ftruncate(file.fd(), static_cast<off_t>(size)); }, "truncate");
}

Result<void> sync_data(const base::File& file) {
  return run([&] { return ::fdatasync(file.fd()); }, "sync a file");
}

Result<void> sync_folder(const base::File& folder) {
  return run([&] { return ::fsync(folder.fd()); }, "sync a folder");
}

Result<void> sync_folder_at(int dir, const std::string& name) {
  BERTH_TRY(const auto folder, open_folder_at(dir, name));
  return sync_folder(folder);
}

Result<void> replace_file(const base::File& folder, const std::string& name, std::string_view text) {
  const auto partial = name + ".partial";
  BERTH_TRY(const auto file, open_at(folder.fd(), partial, O_WRONLY | O_CREAT | O_TRUNC));
  BERTH_CHECK(write_at(file, base::as_bytes(text), 0));
  BERTH_CHECK(sync_data(file));
  BERTH_CHECK(rename_at(folder.fd(), partial, folder.fd(), name));
  return sync_folder(folder);
}

void reserve(const base::File& file, std::uint64_t offset, std::uint64_t length) {
  (void)::fallocate(file.fd(), FALLOC_FL_KEEP_SIZE, static_cast<off_t>(offset), static_cast<off_t>(length));
}

void start_write_back(const base::File& file, std::uint64_t offset, std::uint64_t length) {
  ::sync_file_range(file.fd(), static_cast<off_t>(offset), static_cast<off_t>(length), SYNC_FILE_RANGE_WRITE);
}

}  // namespace berth::blob::local
