// Metadata in one SQLite file: the default, for one node.
#pragma once

#include <memory>
#include <string_view>

#include "base/error.h"
#include "sql/database.h"
#include "sql/sqlite/options.h"

namespace berth::sql::sqlite {

// Close it (destroy it) when no call is running. What is in the file after a crash: each write that returned success;
// of those that were running, each whole or not at all. Other processes may read the file, and write it for a moment (5
// s).
class SqliteDatabase final : public Database {
 public:
  // Makes the file, readable by its owner alone, if there is none; its folder must exist.
  static base::Result<std::unique_ptr<SqliteDatabase>> open(const Options& options);
  ~SqliteDatabase() override;

  base::Result<void> read(const base::Deadline& deadline, const TxFunction& f) override;
  base::Result<void> write(const base::Deadline& deadline, const TxFunction& f) override;
  std::optional<base::Stamp> stamp() const override;
  std::string_view engine() const override { return "sqlite"; }

 private:
  struct Parts;
  explicit SqliteDatabase(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace berth::sql::sqlite
