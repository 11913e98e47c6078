#include "sql/sqlite/error.h"

#include <cerrno>

#include "sql/messages.h"

namespace berth::sql::sqlite {

base::Errc code_of(int result, int os_error) {
  const bool no_space = os_error == ENOSPC || os_error == EDQUOT;
  switch (result & 0xff) {
    case SQLITE_FULL: return base::Errc::storage_full;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return base::Errc::conflict;  // after busy_timeout: another program holds the file
    case SQLITE_INTERRUPT: return base::Errc::deadline_exceeded;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return base::Errc::corrupt;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN: return no_space ? base::Errc::storage_full : base::Errc::unavailable;
    case SQLITE_NOMEM: return base::Errc::unavailable;
    default: return base::Errc::internal;
  }
}

std::unexpected<base::Error> failure(sqlite3* db, int result, const char* doing, std::source_location where) {
  const int os_error =
      (result & 0xff) == SQLITE_IOERR || (result & 0xff) == SQLITE_CANTOPEN ? sqlite3_system_errno(db) : 0;
  const auto code = code_of(result, os_error);
  if (code == base::Errc::conflict) return base::fail(code, std::string(kConflict), where);
  if (code == base::Errc::storage_full) return base::fail(code, std::string(kStorageFull), where);
  return base::fail(code, std::string("SQLite: ") + doing + ": " + sqlite3_errmsg(db), where);
}

}  // namespace berth::sql::sqlite
