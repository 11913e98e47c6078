// Which tables a database has, for what has to be true of all of them (backups).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sql/database.h"

namespace berth::sql {

struct Table {
  std::string name;
  std::vector<std::string> columns;  // in their order
  std::vector<std::string> key;      // the primary key, in its order; may be empty
  std::vector<std::string> parents;  // tables that its foreign keys refer to; itself left out
};

// All tables, each behind its parents, otherwise by name. `engine`: Database::engine(). internal: foreign keys in a
// circle.
base::Result<std::vector<Table>> tables(Tx& tx, std::string_view engine);

// A name that can stand in SQL as it is: lower-case letters, digits and '_', no digit first.
bool is_plain_name(std::string_view name);

}  // namespace berth::sql
