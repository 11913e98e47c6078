// The few words of SQL that the engines spell differently. One text serves both with {{name}} in those places:
//
//   {{text}}         type of a text column     TEXT     / TEXT COLLATE "C"
//   {{int}}          type of an integer column INTEGER  / BIGINT
//   {{blob}}         type of a bytes column    BLOB     / BYTEA
//   {{strict}}       after CREATE TABLE (...)  STRICT   / nothing
//   {{skip_locked}}  after SELECT, for claims  nothing  / FOR UPDATE SKIP LOCKED
//
// Each engine gives its table and expands when it prepares a statement, so tokens cost nothing at run time.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/error.h"

namespace berth::sql {

struct Token {
  std::string_view name;
  std::string_view text;
};

// `sql` with each {{name}} replaced. internal: a name that is not in `tokens`, or a {{ without its }}.
base::Result<std::string> expand(std::string_view sql, std::span<const Token> tokens);

}  // namespace berth::sql
