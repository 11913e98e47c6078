#include "sql/sqlite/log_file.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <utility>

namespace berth::sql::sqlite {
namespace {

constexpr std::size_t kMostGathered = 0x1FFFF;  // what SQLite's VFS for Unix can write in one call

// Lies in memory of SQLite's, before the file of the system's VFS that it writes to. Used by one thread at a time, as
// its connection is.
class LogFile : public sqlite3_file {
 public:
  LogFile() : sqlite3_file{} {}

  static LogFile& of(sqlite3_file* file) { return *static_cast<LogFile*>(file); }
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(reinterpret_cast<std::byte*>(this) + kSize); }

  int write(const std::byte* data, std::size_t size, sqlite3_int64 at) {
    const bool goes_on = at == begin_ + static_cast<sqlite3_int64>(size_) && size_ + size <= kMostGathered;
    if (!goes_on) {
      if (const int flushed = flush(); flushed != SQLITE_OK) return flushed;
      begin_ = at;
    }
    if (!gathered_) {
      try {
        gathered_ = std::make_unique_for_overwrite<Gathered>();
      } catch (const std::bad_alloc&) {  // not through SQLite, which is C
        return SQLITE_NOMEM;
      }
    }
    std::copy_n(data, size, gathered_->data() + size_);
    size_ += size;
    return SQLITE_OK;
  }

  // Whether it works or not, nothing is kept: SQLite gives up the transaction if it does not.
  int flush() {
    if (size_ == 0) return SQLITE_OK;
    return real()->pMethods->xWrite(real(), gathered_->data(), static_cast<int>(std::exchange(size_, 0)), begin_);
  }

  static const std::size_t kSize;

 private:
  using Gathered = std::array<std::byte, kMostGathered>;
  std::unique_ptr<Gathered> gathered_;
  std::size_t size_ = 0;
  sqlite3_int64 begin_ = 0;  // where in the file they belong
};

const std::size_t LogFile::kSize = (sizeof(LogFile) + alignof(std::max_align_t) - 1) & ~(alignof(std::max_align_t) - 1);

// A call that needs what was written to be in the file.
template <auto Method, class... Arguments>
int flushed(sqlite3_file* file, Arguments... arguments) {
  LogFile& log = LogFile::of(file);
  if (const int flushed = log.flush(); flushed != SQLITE_OK) return flushed;
  return (log.real()->pMethods->*Method)(log.real(), arguments...);
}

int write(sqlite3_file* file, const void* data, int size, sqlite3_int64 at) {
  return LogFile::of(file).write(static_cast<const std::byte*>(data), static_cast<std::size_t>(size), at);
}

int close(sqlite3_file* file) {
  LogFile& log = LogFile::of(file);
  const int flushed = log.flush();
  const int closed = log.real()->pMethods->xClose(log.real());
  std::destroy_at(&log);
  return flushed != SQLITE_OK ? flushed : closed;
}

int sector_size(sqlite3_file* file) {
  sqlite3_file* real = LogFile::of(file).real();
  return real->pMethods->xSectorSize(real);
}

int device_characteristics(sqlite3_file* file) {
  sqlite3_file* real = LogFile::of(file).real();
  return real->pMethods->xDeviceCharacteristics(real);
}

constexpr sqlite3_io_methods kMethods = {
    .iVersion = 1,
    .xClose = close,
    .xRead = flushed<&sqlite3_io_methods::xRead>,
    .xWrite = write,
    .xTruncate = flushed<&sqlite3_io_methods::xTruncate>,
    .xSync = flushed<&sqlite3_io_methods::xSync>,
    .xFileSize = flushed<&sqlite3_io_methods::xFileSize>,
    .xLock = flushed<&sqlite3_io_methods::xLock>,
    .xUnlock = flushed<&sqlite3_io_methods::xUnlock>,
    .xCheckReservedLock = flushed<&sqlite3_io_methods::xCheckReservedLock>,
    .xFileControl = flushed<&sqlite3_io_methods::xFileControl>,
    .xSectorSize = sector_size,
    .xDeviceCharacteristics = device_characteristics,
};

int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* flags_given) {
  sqlite3_vfs* system = sqlite3_vfs_find(nullptr);
  if ((flags & SQLITE_OPEN_WAL) == 0) return system->xOpen(system, name, file, flags, flags_given);
  LogFile* log = std::construct_at(static_cast<LogFile*>(file));
  const int opened = system->xOpen(system, name, log->real(), flags, flags_given);
  if (opened == SQLITE_OK) {
    log->pMethods = &kMethods;
  } else {
    std::destroy_at(log);
    file->pMethods = nullptr;  // then SQLite does not close it
  }
  return opened;
}

}  // namespace

LogFileVfs::LogFileVfs()
    : name_("berth-" + std::to_string(reinterpret_cast<std::uintptr_t>(this))), vfs_(*sqlite3_vfs_find(nullptr)) {
  vfs_.zName = name_.c_str();
  vfs_.szOsFile += static_cast<int>(LogFile::kSize);
  vfs_.xOpen = open;
  sqlite3_vfs_register(&vfs_, 0);
}

LogFileVfs::~LogFileVfs() { sqlite3_vfs_unregister(&vfs_); }

}  // namespace berth::sql::sqlite
