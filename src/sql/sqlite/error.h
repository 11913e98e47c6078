// What SQLite's result codes mean to us.
#pragma once

#include <sqlite3.h>

#include <source_location>
#include <string>

#include "base/error.h"

namespace berth::sql::sqlite {

// The code for `result` (any but OK, ROW, DONE); `os_error` is the errno behind it, if any.
base::Errc code_of(int result, int os_error);

// The last error of `db` as ours. `doing`: what was tried, a literal.
std::unexpected<base::Error> failure(sqlite3* db, int result, const char* doing,
                                     std::source_location where = std::source_location::current());

}  // namespace berth::sql::sqlite
