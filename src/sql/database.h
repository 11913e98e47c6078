// The seam under all metadata: the only thing that differs between SQLite and PostgreSQL.
//
// SQL text is written once, in meta: `$1` placeholders, STRICT tables, integer microseconds, `ON CONFLICT ...
// RETURNING` instead of catching unique violations, keyset paging. See sql/README.md for what is the same on both
// engines.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/deadline.h"
#include "base/error.h"
#include "base/stamp.h"

namespace berth::sql {

// A column or parameter: NULL, INTEGER, TEXT or BLOB. There are no other types, on purpose. TEXT is UTF-8 without NUL;
// other bytes are refused as a parameter (invalid_parameter), on both engines.
struct Blob {
  std::string bytes;
  friend bool operator==(const Blob&, const Blob&) = default;
};
using Value = std::variant<std::monostate, std::int64_t, std::string, Blob>;

// For a parameter that may be absent.
template <class T>
Value nullable(const std::optional<T>& value) {
  return value ? Value(*value) : Value(std::monostate());
}

// One row of a result. Asking for a column as what it is not is a bug, and throws std::logic_error.
class Row {
 public:
  explicit Row(std::vector<Value> columns) : columns_(std::move(columns)) {}
  std::size_t size() const { return columns_.size(); }
  const Value& value(std::size_t i) const { return columns_.at(i); }
  bool is_null(std::size_t i) const { return std::holds_alternative<std::monostate>(columns_.at(i)); }
  std::int64_t integer(std::size_t i) const;
  const std::string& text(std::size_t i) const;
  const std::string& blob(std::size_t i) const;
  std::optional<std::int64_t> maybe_integer(std::size_t i) const;
  std::optional<std::string> maybe_text(std::size_t i) const;
  std::optional<std::string> maybe_blob(std::size_t i) const;

 private:
  std::vector<Value> columns_;
};
using Rows = std::vector<Row>;

// What an engine answers to one statement.
struct Answer {
  Rows rows;
  std::int64_t changed = 0;  // rows inserted, updated or deleted, without those of cascades
};

// An open transaction, valid only inside the function it was given to, on that thread. After an error the transaction
// is lost, on both engines: each later statement answers that first error again, and nothing of it is committed.
class Tx {
 public:
  virtual ~Tx() = default;
  Tx() = default;
  Tx(const Tx&) = delete;
  Tx& operator=(const Tx&) = delete;

  // Statements are prepared once per connection and kept, by text: pass literals, never text made at run time from
  // data. Tokens such as {{skip_locked}} are written out for the engine (sql/tokens.h).
  base::Result<Rows> query(std::string_view sql, std::span<const Value> parameters);
  base::Result<Rows> query(std::string_view sql, std::initializer_list<Value> parameters = {}) {
    return query(sql, std::span(parameters.begin(), parameters.size()));
  }
  // For INSERT, UPDATE, DELETE: the number of rows changed, without those of cascades. For DDL: 0.
  base::Result<std::int64_t> exec(std::string_view sql, std::span<const Value> parameters);
  base::Result<std::int64_t> exec(std::string_view sql, std::initializer_list<Value> parameters = {}) {
    return exec(sql, std::span(parameters.begin(), parameters.size()));
  }

  // The error that lost this transaction, if one did.
  const std::optional<base::Error>& failure() const { return failure_; }

 private:
  virtual base::Result<Answer> run(std::string_view sql, std::span<const Value> parameters) = 0;
  base::Result<Answer> checked(std::string_view sql, std::span<const Value> parameters);

  std::optional<base::Error> failure_;
};

using TxFunction = std::function<base::Result<void>(Tx&)>;

// Safe from any thread; calls block. Never call a Database from inside a TxFunction: open one transaction at a time.
// Errors of its own: deadline_exceeded (also: told to stop), conflict (retries ran out), storage_full, corrupt,
// unavailable, invalid_parameter (text that is not UTF-8), internal. A TxFunction runs on the calling thread or on one
// of the database's own while the caller waits, so it may capture references; what it throws reaches the caller.
class Database {
 public:
  virtual ~Database() = default;

  // `f` sees one consistent snapshot, as of its first statement, and cannot write. It may run again after a lost
  // connection, so the rule of write() holds: no effects but what it assigns afresh on each run.
  virtual base::Result<void> read(const base::Deadline& deadline, const TxFunction& f) = 0;

  // Serialisable. `f` may run several times (only the last run counts), so it has no effects but SQL and what it
  // assigns afresh on each run. An error from `f` rolls back and is returned as it is. When this returns success, the
  // changes are durable: a power cut cannot take them back. After `unavailable` they may or may not have been made.
  virtual base::Result<void> write(const base::Deadline& deadline, const TxFunction& f) = 0;

  // Made before a read(), it tells later whether that read would still say the same: a write() that has returned, here
  // or in another process, has changed it. Does not block, and costs next to nothing. nullopt: this engine cannot tell
  // without asking.
  virtual std::optional<base::Stamp> stamp() const { return std::nullopt; }

  // "sqlite" or "postgres": what `-- only:` blocks of a migration are matched with (sql/migrate.h).
  virtual std::string_view engine() const = 0;
};

}  // namespace berth::sql
