// One connection to a PostgreSQL server and its prepared statements.
#pragma once

#include <cstdint>
#include <memory>
#include <source_location>
#include <span>
#include <string>
#include <string_view>

#include "base/deadline.h"
#include "base/error.h"
#include "base/secret.h"
#include "sql/database.h"
#include "sql/postgres/error.h"
#include "sql/postgres/libpq.h"
#include "sql/statement_cache.h"

namespace berth::sql::postgres {

struct Parameters;

// Used by one thread at a time. No message of it holds the password.
class Connection {
 public:
  // invalid_parameter: not a URL that libpq understands; unsupported: the server is too old, or its text not UTF-8;
  // unavailable: no connection. Takes 10 s per host of the URL at most.
  // `pq` outlives it.
  static base::Result<std::unique_ptr<Connection>> open(const Libpq& pq, const base::Secret& url,
                                                        const base::Deadline& deadline);

  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // `isolation`: what stands after BEGIN. Statements up to the end of the transaction stop at the deadline.
  base::Result<void> begin(std::string_view isolation, const base::Deadline& deadline);
  base::Result<Answer> run(std::string_view sql, std::span<const Value> parameters, const base::Deadline& deadline);
  // One or more statements without parameters or rows. Returns the last one's command tag.
  base::Result<std::string> command(const std::string& sql, const base::Deadline& deadline);

  // Of the last error since begin().
  Fate fate() const { return fate_; }
  // Connected, and in step with the server. Not so after we stopped listening to an answer.
  bool usable() const { return usable_ && pq_.status(db_.get()) == CONNECTION_OK; }
  bool in_transaction() const { return pq_.transaction_status(db_.get()) != PQTRANS_IDLE; }

 private:
  struct Finish {
    const Libpq* pq = nullptr;
    void operator()(PGconn* db) const { pq->finish(db); }
  };
  struct Clear {
    const Libpq* pq = nullptr;
    void operator()(PGresult* result) const { pq->clear(result); }
  };
  using ResultHandle = std::unique_ptr<PGresult, Clear>;

  Connection(const Libpq& pq, PGconn* db) : pq_(pq), db_(db, {&pq}) {}
  base::Result<void> configure(const base::Deadline& deadline);
  base::Result<std::string> prepared(std::string_view sql, const Parameters& parameters,
                                     const base::Deadline& deadline);
  // After a PQsend...(): waits for everything that the server answers. The last result, or the first error.
  base::Result<ResultHandle> receive(bool sent, const base::Deadline& deadline);
  base::Result<void> wait(const base::Deadline& deadline);
  std::unexpected<base::Error> lost(std::source_location where = std::source_location::current());
  std::unexpected<base::Error> refused(const PGresult* result);

  const Libpq& pq_;
  std::unique_ptr<PGconn, Finish> db_;
  Fate fate_ = Fate::final;
  bool usable_ = true;
  std::uint64_t statements_made_ = 0;
  StatementCache<std::string> statements_{256};  // text and signature -> its name at the server
};

// A transaction that somebody else began on `connection` and will end.
class ConnectionTx final : public Tx {
 public:
  ConnectionTx(Connection& connection, const base::Deadline& deadline) : connection_(connection), deadline_(deadline) {}

 private:
  base::Result<Answer> run(std::string_view sql, std::span<const Value> parameters) override {
    return connection_.run(sql, parameters, deadline_);
  }

  Connection& connection_;
  const base::Deadline& deadline_;
};

}  // namespace berth::sql::postgres
