#include "sql/sqlite/connection.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/text.h"
#include "sql/sqlite/error.h"
#include "sql/tokens.h"

namespace berth::sql::sqlite {
namespace {

constexpr Token kTokens[] = {
    {"text", "TEXT"}, {"int", "INTEGER"}, {"blob", "BLOB"}, {"strict", "STRICT"}, {"skip_locked", ""},
};
constexpr std::chrono::milliseconds kBusyTimeout{5000};  // only another program can hold the file that long
constexpr int kStepsBetweenDeadlineChecks = 2000;

// Puts a statement back for its next use, and lets go of the parameters it points to.
class Reset {
 public:
  explicit Reset(sqlite3_stmt* statement) : statement_(statement) {}
  Reset(const Reset&) = delete;
  Reset& operator=(const Reset&) = delete;
  ~Reset() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  }

 private:
  sqlite3_stmt* statement_;
};

int bind_value(sqlite3_stmt* statement, int index, const Value& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return sqlite3_bind_int64(statement, index, *integer);
  if (const auto* text = std::get_if<std::string>(&value)) {
    return sqlite3_bind_text64(statement, index, text->data(), text->size(), SQLITE_STATIC, SQLITE_UTF8);
  }
  if (const auto* blob = std::get_if<Blob>(&value)) {
    return sqlite3_bind_blob64(statement, index, blob->bytes.data(), blob->bytes.size(), SQLITE_STATIC);
  }
  return sqlite3_bind_null(statement, index);
}

std::string bytes_of(const void* data, int size) {
  return size == 0 ? std::string() : std::string(static_cast<const char*>(data), static_cast<std::size_t>(size));
}

int stop_if_expired(void* deadline) { return static_cast<const base::Deadline*>(deadline)->expired() ? 1 : 0; }

}  // namespace

base::Result<std::unique_ptr<Connection>> Connection::open(const std::string& path, Access access,
                                                           const Options& options, const char* vfs) {
  sqlite3* db = nullptr;
  const int flags = access == Access::read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  const int opened = sqlite3_open_v2(path.c_str(), &db, flags | SQLITE_OPEN_NOMUTEX, vfs);
  std::unique_ptr<Connection> connection(new Connection(db));
  if (opened != SQLITE_OK) return failure(db, opened, "open");
  BERTH_CHECK(connection->configure(access, options));
  return connection;
}

base::Result<void> Connection::configure(Access access, const Options& options) {
  sqlite3* db = db_.get();
  sqlite3_extended_result_codes(db, 1);
  sqlite3_busy_timeout(db, static_cast<int>(kBusyTimeout.count()));
  sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);  // "x" is a name, as in PostgreSQL, never a string
  sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  const auto pragma = [this](const std::string& setting) { return run("PRAGMA " + setting, {}); };
  BERTH_CHECK(pragma("temp_store = MEMORY"));
  const auto cache = access == Access::read_only ? options.read_cache_bytes : options.write_cache_bytes;
  BERTH_CHECK(pragma("cache_size = -" + std::to_string(cache / 1024)));
  if (access == Access::read_only) {
    BERTH_CHECK(pragma("query_only = ON"));
    return {};
  }
  BERTH_TRY(const auto mode, pragma("journal_mode = WAL"));
  if (mode.rows.at(0).text(0) != "wal") {
    return base::fail(base::Errc::unavailable, "SQLite cannot keep a write-ahead log here (a network file system?)");
  }
  BERTH_CHECK(pragma(options.durable ? "synchronous = FULL" : "synchronous = OFF"));
  BERTH_CHECK(pragma("foreign_keys = ON"));
  BERTH_CHECK(pragma("journal_size_limit = " + std::to_string(options.wal_bytes)));
  return {};
}

base::Result<Answer> Connection::run(std::string_view sql, std::span<const Value> parameters) {
  BERTH_TRY(const Statement* statement, prepared(sql));
  sqlite3_stmt* handle = statement->handle.get();
  const Reset reset(handle);
  BERTH_CHECK(bind(*statement, parameters));
  // sqlite3_changes64() keeps its old value over statements that change no rows, such as DDL.
  const sqlite3_int64 before = sqlite3_total_changes64(db_.get());
  Answer answer;
  int step = SQLITE_OK;
  while ((step = sqlite3_step(handle)) == SQLITE_ROW) {
    BERTH_TRY(auto row, read_row(handle));
    answer.rows.push_back(std::move(row));
  }
  if (step != SQLITE_DONE) return failure(db_.get(), step, "run");
  if (sqlite3_total_changes64(db_.get()) != before) answer.changed = sqlite3_changes64(db_.get());
  return answer;
}

base::Result<void> Connection::command(std::string_view sql) {
  BERTH_CHECK(run(sql, {}));
  return {};
}

bool Connection::has_deferred_violations() const {
  int pending = 0;
  int unused = 0;
  sqlite3_db_status(db_.get(), SQLITE_DBSTATUS_DEFERRED_FKS, &pending, &unused, 0);
  return pending != 0;
}

base::Result<Connection::Checkpoint> Connection::checkpoint(int mode, std::chrono::milliseconds patience) {
  Checkpoint done;
  sqlite3_busy_timeout(db_.get(), static_cast<int>(patience.count()));
  const int result = sqlite3_wal_checkpoint_v2(db_.get(), nullptr, mode, &done.wal_pages, &done.copied_pages);
  sqlite3_busy_timeout(db_.get(), static_cast<int>(kBusyTimeout.count()));
  if (result != SQLITE_OK) return failure(db_.get(), result, "checkpoint");
  return done;
}

LogHead Connection::log_head() {
  // The first look into the file makes the index of its log, if there is none.
  if (!command("SELECT count(*) FROM sqlite_schema")) return {};
  return LogHead::of(db_.get());
}

void Connection::on_commit(std::function<void(int wal_pages)> f) {
  on_commit_ = std::move(f);
  const auto hook = [](void* self, sqlite3*, const char*, int wal_pages) {
    static_cast<Connection*>(self)->on_commit_(wal_pages);
    return SQLITE_OK;
  };
  sqlite3_wal_hook(db_.get(), hook, this);
}

base::Result<Connection::Statement*> Connection::prepared(std::string_view sql) {
  if (Statement* known = statements_.find(sql)) return known;
  BERTH_TRY(auto statement, prepare(sql));
  return &statements_.put(std::string(sql), std::move(statement));
}

base::Result<Connection::Statement> Connection::prepare(std::string_view sql) {
  BERTH_TRY(const std::string text, expand(sql, kTokens));
  sqlite3_stmt* handle = nullptr;
  const char* tail = nullptr;
  const int result = sqlite3_prepare_v3(db_.get(), text.c_str(), static_cast<int>(text.size() + 1),
                                        SQLITE_PREPARE_PERSISTENT, &handle, &tail);
  Statement statement{.handle = std::unique_ptr<sqlite3_stmt, Finalize>(handle), .numbers = {}};
  if (result != SQLITE_OK) return failure(db_.get(), result, "prepare");
  if (handle == nullptr) return base::fail(base::Errc::internal, "SQL without a statement");
  if (!base::trim(tail).empty()) return base::fail(base::Errc::internal, "more than one SQL statement at once");
  for (int i = 1; i <= sqlite3_bind_parameter_count(handle); ++i) {
    const char* name = sqlite3_bind_parameter_name(handle, i);
    const auto number = base::parse_integer<std::size_t>(name == nullptr ? "" : name + 1);
    if (name == nullptr || name[0] != '$' || number.value_or(0) == 0) {
      return base::fail(base::Errc::internal, "a placeholder that is not $1, $2, ...");
    }
    statement.numbers.push_back(*number);
  }
  return statement;
}

base::Result<void> Connection::bind(const Statement& statement, std::span<const Value> parameters) {
  const std::size_t wanted = statement.numbers.empty() ? 0 : std::ranges::max(statement.numbers);
  if (wanted != parameters.size()) {
    return base::fail(base::Errc::internal, "the statement has " + std::to_string(wanted) + " parameters, got " +
                                                std::to_string(parameters.size()));
  }
  for (std::size_t i = 0; i < statement.numbers.size(); ++i) {
    const Value& value = parameters[statement.numbers[i] - 1];
    const int bound = bind_value(statement.handle.get(), static_cast<int>(i + 1), value);
    if (bound != SQLITE_OK) return failure(db_.get(), bound, "bind");
  }
  return {};
}

base::Result<Row> Connection::read_row(sqlite3_stmt* statement) {
  const int count = sqlite3_column_count(statement);
  std::vector<Value> columns;
  columns.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    switch (sqlite3_column_type(statement, i)) {
      case SQLITE_NULL: columns.emplace_back(); break;
      case SQLITE_INTEGER: columns.emplace_back(sqlite3_column_int64(statement, i)); break;
      case SQLITE_TEXT:
        columns.emplace_back(bytes_of(sqlite3_column_text(statement, i), sqlite3_column_bytes(statement, i)));
        break;
      case SQLITE_BLOB:
        columns.emplace_back(Blob{bytes_of(sqlite3_column_blob(statement, i), sqlite3_column_bytes(statement, i))});
        break;
      default:
        return base::fail(base::Errc::internal, "column " + std::to_string(i) + " is neither INTEGER, TEXT nor BLOB");
    }
  }
  return Row(std::move(columns));
}

Connection::Watch::Watch(Connection& connection, const base::Deadline& deadline) : db_(connection.db_.get()) {
  sqlite3_progress_handler(db_, kStepsBetweenDeadlineChecks, stop_if_expired, const_cast<base::Deadline*>(&deadline));
}

Connection::Watch::~Watch() { sqlite3_progress_handler(db_, 0, nullptr, nullptr); }

base::Result<Answer> ConnectionTx::run(std::string_view sql, std::span<const Value> parameters) {
  if (deadline_.expired()) return base::fail(base::Errc::deadline_exceeded, "no time left for the database");
  return connection_.run(sql, parameters);
}

}  // namespace berth::sql::sqlite
