// The system calls of this room: as Results, retried after EINTR, relative to an open directory.
//
// Names are made by us and never leave their folder; symbolic links are not followed. New files are 0600, new folders
// 0700. Errors: `storage_full` for ENOSPC and EDQUOT, `unavailable` if descriptors or memory have run out, `corrupt`
// for bytes that cannot be read, else `internal`.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"

namespace berth::blob::local {

// `error` is an errno; `what` says what was tried.
std::unexpected<base::Error> os_error(int error, const std::string& what);

base::Result<base::File> open_at(int dir, const std::string& name, int flags);  // an empty File if there is none
base::Result<base::File> open_folder_at(int dir, const std::string& name);      // absent is an error
base::Result<std::optional<struct stat>> stat_at(int dir, const std::string& name);
base::Result<struct stat> stat_of(const base::File& file);
base::Timestamp time_of_change(const struct stat& info);  // of the bytes
base::Result<void> touch(const base::File& file);         // they changed now

base::Result<void> make_folder_at(int dir, const std::string& name);  // it may exist
base::Result<bool> unlink_at(int dir, const std::string& name);       // false = was absent
base::Result<void> rename_at(int from_dir, const std::string& from, int to_dir, const std::string& to);

base::Result<void> write_at(const base::File& file, base::Bytes bytes, std::uint64_t offset);
base::Result<std::size_t> read_at(const base::File& file, std::span<std::byte> out, std::uint64_t offset);  // 0 = end
base::Result<void> truncate_to(const base::File& file, std::uint64_t size);

// The bytes and the size survive a power failure.
base::Result<void> sync_data(const base::File& file);
// So do the names in the folder.
base::Result<void> sync_folder(const base::File& folder);
base::Result<void> sync_folder_at(int dir, const std::string& name);
// `name` has these bytes, or is as it was, also after a power failure.
base::Result<void> replace_file(const base::File& folder, const std::string& name, std::string_view text);
// Finds room for these bytes, which are to be written next, at once rather than page by page. The file's size stays. A
// hint: cannot fail; if there is no room, the write says so.
void reserve(const base::File& file, std::uint64_t offset, std::uint64_t length);
// Starts writing these bytes out, so that the sync at the end has little left to do. A hint: cannot fail.
void start_write_back(const base::File& file, std::uint64_t offset, std::uint64_t length);

}  // namespace berth::blob::local
