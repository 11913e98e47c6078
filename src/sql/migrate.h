// Numbered migrations: one text for both engines, applied in order, each in one transaction, each exactly once.
//
// How a migration is written:
// - A statement ends at a `;` that is the last character of its line (blanks after it aside). So no literal and no
//   trigger body may have a line that ends in `;`; write a trigger's body on one line.
// - A line whose first characters are `--` is a comment.
// - `-- only: postgres` (or `sqlite`) starts a block for that engine alone; `-- end` ends it. Blocks do not nest.
// - {{text}}, {{int}}, {{blob}}, {{strict}} stand for what the engine calls them (sql/tokens.h).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "sql/database.h"

namespace berth::sql {

struct Migration {
  int version = 0;  // ascending, from 1
  std::string_view name;
  std::string_view sql;
};

// Brings the schema up to the last of `migrations`; a second call changes nothing. Several servers may do this to one
// database at once. A crash leaves whole migrations only; the next call goes on from there.
// Errors: unsupported (the database is newer than this program, or its history is another one: do not serve from it);
// internal (a migration that does not run, or numbers out of order); and those of Database::write.
base::Result<void> migrate(Database& database, std::span<const Migration> migrations);

// The statements of `sql` for `engine`, without comments. internal: an open block, or text after the last `;`.
base::Result<std::vector<std::string>> split_statements(std::string_view sql, std::string_view engine);

}  // namespace berth::sql
