#include "sql/catalog.h"

#include <algorithm>
#include <map>
#include <set>

namespace berth::sql {
namespace {

// Each gives one column of names; but for the first, $1 is the table.
struct Questions {
  std::string_view tables;
  std::string_view columns;
  std::string_view key;
  std::string_view parents;
};

constexpr Questions kSqlite{
    .tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB 'sqlite_*' ORDER BY name",
    .columns = "SELECT name FROM pragma_table_info($1) ORDER BY cid",
    .key = "SELECT name FROM pragma_table_info($1) WHERE pk > 0 ORDER BY pk",
    .parents = "SELECT DISTINCT \"table\" FROM pragma_foreign_key_list($1) ORDER BY 1",
};

constexpr Questions kPostgres{
    .tables =
        "SELECT CAST(c.relname AS TEXT) FROM pg_class c WHERE c.relkind = 'r' "
        "AND c.relnamespace = CAST(current_schema() AS regnamespace) ORDER BY CAST(c.relname AS TEXT) COLLATE \"C\"",
    .columns =
        "SELECT CAST(a.attname AS TEXT) FROM pg_attribute a "
        "WHERE a.attrelid = CAST(CAST($1 AS TEXT) AS regclass) AND a.attnum > 0 AND NOT a.attisdropped "
        "ORDER BY a.attnum",
    .key =
        "SELECT CAST(a.attname AS TEXT) FROM pg_index i "
        "CROSS JOIN LATERAL unnest(CAST(i.indkey AS smallint[])) WITH ORDINALITY AS k (attnum, position) "
        "JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum "
        "WHERE i.indrelid = CAST(CAST($1 AS TEXT) AS regclass) AND i.indisprimary ORDER BY k.position",
    .parents =
        "SELECT DISTINCT CAST(p.relname AS TEXT) FROM pg_constraint c JOIN pg_class p ON p.oid = c.confrelid "
        "WHERE c.contype = 'f' AND c.conrelid = CAST(CAST($1 AS TEXT) AS regclass) ORDER BY 1",
};

base::Result<std::vector<std::string>> names(Tx& tx, std::string_view question, std::initializer_list<Value> about) {
  BERTH_TRY(const auto rows, tx.query(question, about));
  std::vector<std::string> found;
  for (const auto& row : rows) found.push_back(row.text(0));
  return found;
}

base::Result<std::vector<Table>> parents_first(std::map<std::string, Table> waiting) {
  std::vector<Table> sorted;
  while (!waiting.empty()) {
    const auto next = std::ranges::find_if(waiting, [&](const auto& each) {
      return std::ranges::none_of(each.second.parents, [&](const auto& parent) { return waiting.contains(parent); });
    });
    if (next == waiting.end()) return base::fail(base::Errc::internal, "foreign keys of tables form a circle");
    sorted.push_back(std::move(next->second));
    waiting.erase(next);
  }
  return sorted;
}

}  // namespace

base::Result<std::vector<Table>> tables(Tx& tx, std::string_view engine) {
  const auto& ask = engine == "sqlite" ? kSqlite : kPostgres;
  BERTH_TRY(const auto found, names(tx, ask.tables, {}));
  std::map<std::string, Table> all;
  for (const auto& name : found) {
    Table table{.name = name};
    BERTH_TRY(table.columns, names(tx, ask.columns, {name}));
    BERTH_TRY(table.key, names(tx, ask.key, {name}));
    BERTH_TRY(table.parents, names(tx, ask.parents, {name}));
    std::erase(table.parents, name);
    all.emplace(name, std::move(table));
  }
  return parents_first(std::move(all));
}

bool is_plain_name(std::string_view name) {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  return !name.empty() && name.size() <= 63 && (name[0] < '0' || name[0] > '9') && std::ranges::all_of(name, plain);
}

}  // namespace berth::sql
