#include "sql/migrate.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>

#include "base/text.h"

namespace berth::sql {
namespace {

constexpr std::string_view kOnly = "-- only:";
constexpr std::string_view kEnd = "-- end";

std::unexpected<base::Error> bad_text(std::string what) { return base::fail(base::Errc::internal, std::move(what)); }

// What the database says it has: version -> name.
using History = std::map<std::int64_t, std::string>;

base::Result<History> load_history(Database& database) {
  History history;
  BERTH_CHECK(database.write({}, [&](Tx& tx) -> base::Result<void> {
    BERTH_CHECK(
        tx.exec("CREATE TABLE IF NOT EXISTS schema_migrations ("
                "version {{int}} NOT NULL PRIMARY KEY, name {{text}} NOT NULL) {{strict}}"));
    BERTH_TRY(const auto rows, tx.query("SELECT version, name FROM schema_migrations"));
    history.clear();
    for (const Row& row : rows) history.emplace(row.integer(0), row.text(1));
    return {};
  }));
  return history;
}

base::Result<void> check_order(std::span<const Migration> migrations) {
  int last = 0;
  for (const Migration& migration : migrations) {
    if (migration.version <= last) return bad_text("migrations are not in ascending order");
    last = migration.version;
  }
  return {};
}

base::Result<void> check_history(const History& history, std::span<const Migration> migrations) {
  const std::int64_t newest_known = migrations.empty() ? 0 : migrations.back().version;
  if (!history.empty() && history.rbegin()->first > newest_known) {
    return base::fail(base::Errc::unsupported, "the database has schema version " +
                                                   std::to_string(history.rbegin()->first) +
                                                   ", this program knows versions up to " +
                                                   std::to_string(newest_known) + ": run the newer program");
  }
  for (const auto& [version, name] : history) {
    const auto known = std::ranges::find(migrations, version, &Migration::version);
    if (known == migrations.end() || known->name != name) {
      return base::fail(base::Errc::unsupported,
                        "the database has migration " + std::to_string(version) + " (" + name +
                            "), which is not this program's: it is another program's database");
    }
  }
  return {};
}

base::Result<void> apply(Database& database, const Migration& migration) {
  BERTH_TRY(const auto statements, split_statements(migration.sql, database.engine()));
  return database.write({}, [&](Tx& tx) -> base::Result<void> {
    // The row is also the lock: a second server waits here, then finds it and has nothing left to do.
    BERTH_TRY(const auto claimed, tx.exec("INSERT INTO schema_migrations (version, name) VALUES ($1, $2) "
                                          "ON CONFLICT DO NOTHING",
                                          {migration.version, std::string(migration.name)}));
    if (claimed == 0) return {};
    for (const std::string& statement : statements) {
      auto done = tx.exec(statement);
      if (done) continue;
      done.error().message = "migration " + std::string(migration.name) + ": " + done.error().message;
      return base::propagate(done);
    }
    return {};
  });
}

}  // namespace

base::Result<void> migrate(Database& database, std::span<const Migration> migrations) {
  BERTH_CHECK(check_order(migrations));
  BERTH_TRY(const auto history, load_history(database));
  BERTH_CHECK(check_history(history, migrations));
  for (const Migration& migration : migrations) {
    if (!history.contains(migration.version)) BERTH_CHECK(apply(database, migration));
  }
  return {};
}

base::Result<std::vector<std::string>> split_statements(std::string_view sql, std::string_view engine) {
  std::vector<std::string> statements;
  std::string statement;
  std::optional<std::string_view> only;  // the engine of the block we are in
  while (!sql.empty()) {
    const std::string_view raw = sql.substr(0, sql.find('\n'));
    sql.remove_prefix(std::min(sql.size(), raw.size() + 1));
    const std::string_view line = base::trim(raw);
    if (line.starts_with(kOnly)) {
      if (only) return bad_text("-- only: inside another -- only:");
      only = base::trim(line.substr(kOnly.size()));
      if (*only != "sqlite" && *only != "postgres") return bad_text("-- only: names no engine");
    } else if (line == kEnd) {
      if (!only) return bad_text("-- end without -- only:");
      only.reset();
    } else if (!line.empty() && !line.starts_with("--") && only.value_or(engine) == engine) {
      statement += raw;
      statement += '\n';
      if (!line.ends_with(';')) continue;
      statement.resize(statement.find_last_of(';'));
      statements.push_back(std::exchange(statement, {}));
    }
  }
  if (only) return bad_text("-- only: without -- end");
  if (!statement.empty()) return bad_text("a statement without its ; at the end of a line");
  return statements;
}

}  // namespace berth::sql
