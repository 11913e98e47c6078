// Values on PostgreSQL's wire, in its binary format.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "sql/database.h"
#include "sql/postgres/libpq.h"

namespace berth::sql::postgres {

// Parameters as libpq takes them. Points into the values it was made from. Types are declared (int8, text, bytea; left
// open for NULL), so that PostgreSQL does not guess others from the statement: "$1 + 1" would be 32 bits wide.
struct Parameters {
  explicit Parameters(std::span<const Value> from);

  int count() const { return static_cast<int>(types.size()); }
  // One letter per type: statements are prepared per text and signature.
  std::string signature() const;

  std::vector<Oid> types;
  std::vector<const char*> values;
  std::vector<int> lengths;
  std::vector<int> formats;

 private:
  std::vector<std::string> integers_;
};

// The rows of a result in binary format. Integers of any width, booleans (0, 1) and whole numerics are INTEGER, as in
// SQLite. internal: a type that has no counterpart there.
base::Result<Rows> read_rows(const Libpq& pq, const PGresult* result);

}  // namespace berth::sql::postgres
