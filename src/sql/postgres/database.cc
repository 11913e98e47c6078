#include "sql/postgres/database.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <random>
#include <thread>
#include <utility>

#include "sql/pool.h"
#include "sql/postgres/connection.h"

namespace berth::sql::postgres {
namespace {

using std::chrono::milliseconds;
using Connections = Pool<Connection>;

constexpr int kMaxAttempts = 50;  // a large transaction meets many small ones; most succeed at the second
constexpr milliseconds kRollbackTimeout{2000};
constexpr milliseconds kCommitTimeout{30'000};

enum class Mode : std::uint8_t { read, write };

struct Outcome {
  base::Result<void> result;
  Fate fate = Fate::final;
};

// Gives a connection back outside any transaction, or not at all.
class EndTransaction {
 public:
  explicit EndTransaction(Connections::Lease& connection) : connection_(connection) {}
  EndTransaction(const EndTransaction&) = delete;
  EndTransaction& operator=(const EndTransaction&) = delete;
  ~EndTransaction() {
    if (connection_->usable() && connection_->in_transaction()) {
      static_cast<void>(connection_->command("ROLLBACK", base::Deadline::after(kRollbackTimeout)));
    }
    if (!connection_->usable() || connection_->in_transaction()) connection_.discard();
  }

 private:
  Connections::Lease& connection_;
};

Outcome commit(Connection& connection) {
  // Not to be stopped half-way: a commit that waits for a standby would then return before it is safe.
  const auto tag = connection.command("SET LOCAL statement_timeout = 0; COMMIT", base::Deadline::after(kCommitTimeout));
  if (!tag && connection.usable()) return {std::unexpected(tag.error()), connection.fate()};
  if (!tag) {
    return {base::fail(
        base::Errc::unavailable,
        "the connection broke during COMMIT, the changes may or may not have been made: " + tag.error().message)};
  }
  // A transaction that an error has lost answers COMMIT with success, too.
  if (*tag != "COMMIT") return {base::fail(base::Errc::internal, "PostgreSQL answered COMMIT with " + *tag)};
  return {};
}

Outcome run_once(Connections& connections, Mode mode, const base::Deadline& deadline, const TxFunction& f) {
  auto connection = connections.acquire(deadline);
  if (!connection) return {base::propagate(connection)};
  const EndTransaction end(*connection);
  Connection& c = **connection;
  auto begun = c.begin(
      mode == Mode::read ? "ISOLATION LEVEL REPEATABLE READ READ ONLY" : "ISOLATION LEVEL SERIALIZABLE READ WRITE",
      deadline);
  if (!begun) return {std::move(begun), c.fate()};
  ConnectionTx tx(c, deadline);
  auto result = f(tx);
  if (result && tx.failure()) result = std::unexpected(*tx.failure());
  // What `f` makes of a statement's error is its own matter; whether to try again is ours.
  if (!result) return {std::move(result), tx.failure() ? c.fate() : Fate::final};
  return mode == Mode::read ? Outcome{} : commit(c);
}

// Grows with each attempt, and differs between nodes that met.
void back_off(int attempt, const base::Deadline& deadline) {
  std::minstd_rand random(std::random_device{}());
  constexpr int kLongestAfter = 7;  // attempts
  const std::int64_t longest = std::min<std::int64_t>(std::int64_t{1} << std::min(attempt, kLongestAfter), 100) * 1000;
  const auto wait = std::chrono::microseconds(std::uniform_int_distribution<std::int64_t>(0, longest)(random));
  std::this_thread::sleep_for(std::min<std::chrono::microseconds>(wait, std::min(deadline.left(), milliseconds(1000))));
}

}  // namespace

struct PostgresDatabase::Parts {
  Parts(const Options& options, std::shared_ptr<const Libpq> pq)
      : connections(options.connections, [url = options.url, pq = std::move(pq)](const base::Deadline& deadline) {
          return Connection::open(*pq, url, deadline);
        }) {}

  base::Result<void> run(Mode mode, const base::Deadline& deadline, const TxFunction& f) {
    // Of this process, one at a time tries again: otherwise many that want the same row keep each other from it.
    std::unique_lock turn(retrying, std::defer_lock);
    bool reconnected = false;
    for (int attempt = 1;; ++attempt) {
      auto [result, fate] = run_once(connections, mode, deadline, f);
      if (fate == Fate::final || attempt == kMaxAttempts || deadline.expired()) return result;
      if (fate == Fate::lost) {
        if (std::exchange(reconnected, true)) return result;
        connections.close_idle();  // they went through the same
        continue;
      }
      if (!turn.owns_lock() && !turn.try_lock_until(deadline.at)) return result;
      back_off(attempt, deadline);
    }
  }

  Connections connections;
  std::timed_mutex retrying;
};

base::Result<std::unique_ptr<PostgresDatabase>> PostgresDatabase::open(const Options& options) {
  BERTH_TRY(auto pq, Libpq::load());
  auto parts = std::make_unique<Parts>(options, std::move(pq));
  BERTH_CHECK(parts->connections.acquire(base::Deadline::after(milliseconds(10'000))));
  return std::unique_ptr<PostgresDatabase>(new PostgresDatabase(std::move(parts)));
}

PostgresDatabase::PostgresDatabase(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
PostgresDatabase::~PostgresDatabase() = default;

base::Result<void> PostgresDatabase::read(const base::Deadline& deadline, const TxFunction& f) {
  return parts_->run(Mode::read, deadline, f);
}

base::Result<void> PostgresDatabase::write(const base::Deadline& deadline, const TxFunction& f) {
  return parts_->run(Mode::write, deadline, f);
}

}  // namespace berth::sql::postgres
