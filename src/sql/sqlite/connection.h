// One connection to a SQLite file and its prepared statements.
#pragma once

#include <sqlite3.h>

#include <chrono>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/deadline.h"
#include "base/error.h"
#include "sql/database.h"
#include "sql/sqlite/log_head.h"
#include "sql/sqlite/options.h"
#include "sql/statement_cache.h"

namespace berth::sql::sqlite {

enum class Access : std::uint8_t { read_only, read_write };

// Used by one thread at a time.
class Connection {
 public:
  // `path` exists; `vfs`: through that one, or nullptr. corrupt: it is not a database; unavailable: it cannot be
  // opened, or cannot keep a write-ahead log.
  static base::Result<std::unique_ptr<Connection>> open(const std::string& path, Access access, const Options& options,
                                                        const char* vfs = nullptr);

  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  base::Result<Answer> run(std::string_view sql, std::span<const Value> parameters);
  // For statements without parameters or result: BEGIN, SAVEPOINT, ...
  base::Result<void> command(std::string_view sql);

  // False after SQLite rolled back by itself, which it does on a full disk, an I/O error, or a stopped statement.
  bool in_transaction() const { return sqlite3_get_autocommit(db_.get()) == 0; }
  // Whether rows still point to parents that do not exist, with a constraint that is checked at COMMIT only.
  bool has_deferred_violations() const;

  struct Checkpoint {
    int wal_pages = 0;     // in the log
    int copied_pages = 0;  // of these, already in the database file
  };
  // `mode` as in sqlite3_wal_checkpoint_v2; waits at most `patience` for readers.
  base::Result<Checkpoint> checkpoint(int mode, std::chrono::milliseconds patience);
  // Valid as long as the connection is open. Of a writing connection only.
  LogHead log_head();
  // Is told after each commit how many pages the log has. Replaces SQLite's own checkpoints.
  void on_commit(std::function<void(int wal_pages)> f);

  // While it lives, statements stop (deadline_exceeded) soon after `deadline`.
  class Watch {
   public:
    Watch(Connection& connection, const base::Deadline& deadline);
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;
    ~Watch();

   private:
    sqlite3* db_;
  };

 private:
  struct Close {
    void operator()(sqlite3* db) const { sqlite3_close_v2(db); }
  };
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  struct Statement {
    std::unique_ptr<sqlite3_stmt, Finalize> handle;
    std::vector<std::size_t> numbers;  // of SQLite's i-th parameter, the n of its name $n
  };

  explicit Connection(sqlite3* db) : db_(db) {}
  base::Result<void> configure(Access access, const Options& options);
  base::Result<Statement*> prepared(std::string_view sql);
  base::Result<Statement> prepare(std::string_view sql);
  base::Result<void> bind(const Statement& statement, std::span<const Value> parameters);
  base::Result<Row> read_row(sqlite3_stmt* statement);

  std::unique_ptr<sqlite3, Close> db_;
  std::function<void(int)> on_commit_;
  StatementCache<Statement> statements_{256};
};

// A transaction that somebody else began on `connection` and will end.
class ConnectionTx final : public Tx {
 public:
  ConnectionTx(Connection& connection, const base::Deadline& deadline)
      : connection_(connection), deadline_(deadline), watch_(connection, deadline) {}

 private:
  base::Result<Answer> run(std::string_view sql, std::span<const Value> parameters) override;

  Connection& connection_;
  const base::Deadline& deadline_;
  Connection::Watch watch_;
};

}  // namespace berth::sql::sqlite
