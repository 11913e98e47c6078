// How the write-ahead log of a SQLite file gets to the disk: a commit in one call, instead of two for each page.
#pragma once

#include <sqlite3.h>

#include <string>

namespace berth::sql::sqlite {

// The system's own VFS (SQLite documentation, vfs.html) but for logs: what SQLite writes to one in a row is kept in
// memory until it is synced, or is to be read, or is 128 KiB. Only for connections that sync their log in every commit
// (synchronous=FULL): SQLite shows a commit to others after that. An error of such a write is told by the call that
// makes it necessary, in the same commit.
//
// Outlives every connection that was opened with its name. Safe from any thread.
class LogFileVfs {
 public:
  LogFileVfs();
  LogFileVfs(const LogFileVfs&) = delete;
  LogFileVfs& operator=(const LogFileVfs&) = delete;
  ~LogFileVfs();

  const char* name() const { return name_.c_str(); }  // nobody else's in this process

 private:
  const std::string name_;
  sqlite3_vfs vfs_;
};

}  // namespace berth::sql::sqlite
