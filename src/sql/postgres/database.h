// Metadata in a PostgreSQL server, 15 or later: for several nodes.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "base/error.h"
#include "base/secret.h"
#include "sql/database.h"

namespace berth::sql::postgres {

struct Options {
  base::Secret url;              // postgres://user:password@host:port/name?option=..., as libpq reads it
  std::size_t connections = 16;  // at most; made when needed, and again after they broke
};

// Reads are REPEATABLE READ READ ONLY, writes SERIALIZABLE. A transaction that met another is run again, up to fifty
// times until the deadline, then fails with `conflict`; one that lost its connection is run again once, unless COMMIT
// had been sent: then nobody knows, and it fails with `unavailable`. As durable as the server's own settings for disk
// and standbys make it; synchronous_commit is never off.
class PostgresDatabase final : public Database {
 public:
  // Connects once, to tell what is wrong right away: see Connection::open for the errors.
  static base::Result<std::unique_ptr<PostgresDatabase>> open(const Options& options);
  ~PostgresDatabase() override;

  base::Result<void> read(const base::Deadline& deadline, const TxFunction& f) override;
  base::Result<void> write(const base::Deadline& deadline, const TxFunction& f) override;
  std::string_view engine() const override { return "postgres"; }

 private:
  struct Parts;
  explicit PostgresDatabase(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace berth::sql::postgres
