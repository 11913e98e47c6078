#include "sql/sqlite/log_head.h"

#include <bit>

namespace berth::sql::sqlite {
namespace {

constexpr int kRegion = 32 * 1024;  // in which SQLite maps the index
constexpr std::uint32_t kVersion = 3'007'000;

// Of the 48 bytes, as words of eight: the version and nothing; the counter of changes, "initialized", the page size;
// pages in the log and in the database; the checksum of the last frame; the salts; the head's own checksum.
constexpr std::size_t kCounter = 1;

bool known(std::uint64_t first, std::uint64_t second) {
  static_assert(std::endian::native == std::endian::little);
  return static_cast<std::uint32_t>(first) == kVersion && ((second >> 32) & 0xFF) == 1;
}

}  // namespace

LogHead LogHead::of(sqlite3* db) {
  sqlite3_file* file = nullptr;
  if (sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, static_cast<void*>(&file)) != SQLITE_OK) return {};
  if (file == nullptr || file->pMethods == nullptr || file->pMethods->iVersion < 2) return {};
  volatile void* region = nullptr;
  // SQLite has mapped it already; nothing is made here. To open the file anew would be to lose the process's locks on
  // it when it is closed (fcntl(2), "POSIX record locks").
  if (file->pMethods->xShmMap(file, 0, kRegion, 0, &region) != SQLITE_OK || region == nullptr) return {};
  return LogHead(static_cast<const volatile std::uint64_t*>(region));
}

std::optional<base::Stamp> LogHead::stamp() const {
  if (words_ == nullptr) return std::nullopt;
  const std::uint64_t first = words_[0];
  base::Stamp stamp;
  // While a commit writes it, this may be half the old and half the new: a stamp that equals none that anybody keeps.
  for (std::size_t i = 0; i < stamp.words.size(); ++i) stamp.words[i] = words_[kCounter + i];
  if (!known(first, stamp.words[0])) return std::nullopt;
  return stamp;
}

}  // namespace berth::sql::sqlite
