#include "sql/sqlite/database.h"

#include <fcntl.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>

#include "base/file.h"
#include "sql/pool.h"
#include "sql/sqlite/checkpointer.h"
#include "sql/sqlite/connection.h"
#include "sql/sqlite/error.h"
#include "sql/sqlite/log_file.h"
#include "sql/sqlite/writer.h"

namespace berth::sql::sqlite {
namespace {

// With errno.
std::unexpected<base::Error> cannot(const char* doing, const std::string& path) {
  const int error = errno;
  return base::fail(code_of(SQLITE_CANTOPEN, error),
                    std::string("cannot ") + doing + " " + path + ": " + std::generic_category().message(error));
}

// A folder that goes with the database in it; none if the path is empty.
class TemporaryFolder {
 public:
  static base::Result<TemporaryFolder> make() {
    std::error_code no_such_folder;  // then mkdtemp says so
    std::string path = (std::filesystem::temp_directory_path(no_such_folder) / "berth-sqlite-XXXXXX").string();
    if (::mkdtemp(path.data()) == nullptr) return cannot("make", path);
    return TemporaryFolder(std::move(path));
  }
  TemporaryFolder() = default;
  TemporaryFolder(TemporaryFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  TemporaryFolder& operator=(TemporaryFolder&& other) noexcept {
    std::swap(path_, other.path_);
    return *this;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }

 private:
  explicit TemporaryFolder(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

// SQLite gives its log and index files the mode of the database file.
base::Result<void> make_file(const std::string& path) {
  const base::File file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (file) return {};
  return cannot("open", path);
}

// Ends a read transaction, whatever happened in it.
class EndRead {
 public:
  explicit EndRead(Pool<Connection>::Lease& connection) : connection_(connection) {}
  EndRead(const EndRead&) = delete;
  EndRead& operator=(const EndRead&) = delete;
  ~EndRead() {
    if (connection_->in_transaction() && !connection_->command("ROLLBACK")) connection_.discard();
  }

 private:
  Pool<Connection>::Lease& connection_;
};

}  // namespace

// In the order in which they are made; closed in the reverse order, so that the last connection can write and clears up
// the log.
struct SqliteDatabase::Parts {
  Parts(TemporaryFolder f, std::unique_ptr<LogFileVfs> vfs, std::unique_ptr<Connection> checkpoints,
        std::unique_ptr<Connection> writes, const Options& options, Pool<Connection>::Make make_reader)
      : folder(std::move(f)),
        log_files(std::move(vfs)),
        log_head(checkpoints->log_head()),
        checkpointer(std::move(checkpoints), options.wal_bytes),
        writer(std::move(writes), checkpointer, options.run_twice),
        readers(options.readers, std::move(make_reader)) {}

  TemporaryFolder folder;
  const std::unique_ptr<LogFileVfs> log_files;  // nullptr: the log is not synced
  const LogHead log_head;                       // of the checkpointer's connection
  Checkpointer checkpointer;
  Writer writer;
  Pool<Connection> readers;
};

base::Result<std::unique_ptr<SqliteDatabase>> SqliteDatabase::open(const Options& options) {
  TemporaryFolder folder;
  std::string path = options.path;
  if (path.empty()) {
    BERTH_TRY(folder, TemporaryFolder::make());
    path = folder.path() + "/berth.db";
  }
  BERTH_CHECK(make_file(path));
  auto log_files = options.durable ? std::make_unique<LogFileVfs>() : nullptr;
  const char* const vfs = log_files ? log_files->name() : nullptr;
  BERTH_TRY(auto writes, Connection::open(path, Access::read_write, options, vfs));
  BERTH_TRY(auto checkpoints, Connection::open(path, Access::read_write, options, vfs));
  auto make_reader = [path, options](const base::Deadline&) {
    return Connection::open(path, Access::read_only, options);
  };
  auto parts = std::make_unique<Parts>(std::move(folder), std::move(log_files), std::move(checkpoints),
                                       std::move(writes), options, std::move(make_reader));
  return std::unique_ptr<SqliteDatabase>(new SqliteDatabase(std::move(parts)));
}

SqliteDatabase::SqliteDatabase(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
SqliteDatabase::~SqliteDatabase() = default;

base::Result<void> SqliteDatabase::read(const base::Deadline& deadline, const TxFunction& f) {
  BERTH_TRY(auto connection, parts_->readers.acquire(deadline));
  BERTH_CHECK(connection->command("BEGIN DEFERRED"));
  const EndRead end(connection);
  ConnectionTx tx(*connection, deadline);
  BERTH_CHECK(f(tx));
  if (tx.failure()) return std::unexpected(*tx.failure());
  return {};
}

std::optional<base::Stamp> SqliteDatabase::stamp() const { return parts_->log_head.stamp(); }

base::Result<void> SqliteDatabase::write(const base::Deadline& deadline, const TxFunction& f) {
  return parts_->writer.run(deadline, f);
}

}  // namespace berth::sql::sqlite
