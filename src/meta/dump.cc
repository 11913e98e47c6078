// Store::dump and Store::load.
#include "meta/dump.h"

#include <algorithm>

#include "base/bytes.h"
#include "json/parse.h"
#include "json/writer.h"
#include "meta/schema.h"
#include "meta/store.h"
#include "sql/catalog.h"
#include "sql/migrate.h"

namespace berth::meta {
namespace {

using base::Errc;
using base::fail;
using base::Result;

constexpr std::string_view kNotDumped[] = {"schema_migrations", "uploads", "dead_files", "backup_holds"};
constexpr std::size_t kPage = 50;  // rows may have 4 MiB each
constexpr std::size_t kBlobPage = 1'000;

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const auto& part : parts) text += (text.empty() ? "" : ", ") + part;
  return text;
}

std::string placeholders(std::size_t count) {
  std::string text;
  for (std::size_t i = 1; i <= count; ++i) text += (i == 1 ? "$" : ", $") + std::to_string(i);
  return text;
}

void write_strings(json::Writer& out, std::string_view key, const std::vector<std::string>& list) {
  out.key(key);
  out.begin_array();
  for (const auto& each : list) out.string(each);
  out.end_array();
}

std::string head_of(std::int64_t version, const std::vector<sql::Table>& tables) {
  json::Writer out;
  out.begin_object();
  out.key("berth");
  out.string("metadata");
  out.key("schema");
  out.integer(version);
  out.key("tables");
  out.begin_array();
  for (const auto& table : tables) {
    out.begin_object();
    out.key("name");
    out.string(table.name);
    write_strings(out, "columns", table.columns);
    write_strings(out, "key", table.key);
    out.end_object();
  }
  out.end_array();
  out.end_object();
  return out.take();
}

std::string object_of(std::string_view key, const json::Value& value) {
  json::Writer out;
  out.begin_object();
  out.key(key);
  out.value(value);
  out.end_object();
  return out.take();
}

std::string line_of(const sql::Row& row) {
  json::Writer out;
  out.begin_array();
  for (std::size_t i = 0; i < row.size(); ++i) {
    const auto& value = row.value(i);
    if (const auto* text = std::get_if<std::string>(&value)) {
      out.string(*text);
    } else if (const auto* integer = std::get_if<std::int64_t>(&value)) {
      out.integer(*integer);
    } else if (const auto* blob = std::get_if<sql::Blob>(&value)) {
      out.begin_object();
      out.key("b");
      out.string(base::to_base64(base::as_bytes(blob->bytes)));
      out.end_object();
    } else {
      out.null();
    }
  }
  out.end_array();
  return out.take();
}

// The rows of one table, page by page along its key; how many.
Result<std::int64_t> dump_table(sql::Tx& tx, const sql::Table& table, DumpSink& sink) {
  if (table.key.empty()) return fail(Errc::internal, "table " + table.name + " has no primary key");
  BERTH_CHECK(sink.line(object_of("table", table.name)));
  const auto select = "SELECT " + joined(table.columns) + " FROM " + table.name;
  const auto key = joined(table.key);
  const auto order = " ORDER BY " + key + " LIMIT " + std::to_string(kPage);
  const auto first = select + order;
  const auto next = select + " WHERE (" + key + ") > (" + placeholders(table.key.size()) + ")" + order;
  std::vector<std::size_t> positions;
  for (const auto& name : table.key) {
    positions.push_back(static_cast<std::size_t>(std::ranges::find(table.columns, name) - table.columns.begin()));
  }
  std::int64_t count = 0;
  std::vector<sql::Value> after;
  for (;;) {
    BERTH_TRY(const auto rows, tx.query(after.empty() ? first : next, after));
    for (const auto& row : rows) BERTH_CHECK(sink.line(line_of(row)));
    count += static_cast<std::int64_t>(rows.size());
    if (rows.size() < kPage) return count;
    after.clear();
    for (const auto position : positions) after.push_back(rows.back().value(position));
  }
}

Result<void> dump_blobs(sql::Tx& tx, DumpSink& sink) {
  for (std::string after;;) {
    BERTH_TRY(const auto page, Blobs(tx).page(after, kBlobPage));
    for (const auto& blob : page) {
      if (!is_row_key(blob.key)) BERTH_CHECK(sink.blob(blob));
    }
    if (page.size() < kBlobPage) return {};
    after = page.back().digest.text();
  }
}

std::unexpected<base::Error> damaged(std::string_view what) {
  return fail(Errc::corrupt, "the dump of metadata is damaged: " + std::string(what));
}

Result<json::Value> next_value(DumpSource& source, std::string_view wanted) {
  BERTH_TRY(const auto line, source.line());
  if (!line) return damaged("it ends before " + std::string(wanted));
  auto value = json::parse(*line);
  if (!value) return damaged("a line that is no JSON");
  return value;
}

struct Head {
  std::int64_t version = 0;
  std::vector<sql::Table> tables;
};

// Names go into SQL, so they are names and nothing else.
Result<std::vector<std::string>> names_in(const json::Value& object, std::string_view member) {
  const auto* const list = object.find(member);
  if (list == nullptr || list->as_array() == nullptr) return damaged("a table without " + std::string(member));
  std::vector<std::string> names;
  for (const auto& each : *list->as_array()) {
    if (each.as_string() == nullptr || !sql::is_plain_name(*each.as_string())) return damaged("a name that is none");
    names.push_back(*each.as_string());
  }
  return names;
}

Result<Head> read_head(DumpSource& source) {
  BERTH_TRY(const auto value, next_value(source, "its head"));
  const auto* const kind = value.find_string("berth");
  const auto* const version = value.find("schema");
  const auto* const tables = value.find("tables");
  if (kind == nullptr || *kind != "metadata" || version == nullptr || !version->as_int() || tables == nullptr ||
      tables->as_array() == nullptr) {
    return damaged("it has no head");
  }
  Head head{.version = *version->as_int(), .tables = {}};
  for (const auto& each : *tables->as_array()) {
    const auto* const name = each.find_string("name");
    if (name == nullptr || !sql::is_plain_name(*name)) return damaged("a name that is none");
    BERTH_TRY(auto columns, names_in(each, "columns"));
    BERTH_TRY(auto key, names_in(each, "key"));
    head.tables.push_back({.name = *name, .columns = std::move(columns), .key = std::move(key), .parents = {}});
  }
  return head;
}

Result<sql::Value> value_in(const json::Value& value) {
  if (value.is_null()) return sql::Value();
  if (value.as_int()) return sql::Value(*value.as_int());
  if (value.as_string() != nullptr) return sql::Value(*value.as_string());
  const auto* const text = value.find_string("b");
  auto bytes = text == nullptr ? std::nullopt : base::from_base64(*text);
  if (!bytes) return damaged("a value that is none");
  return sql::Value(sql::Blob{*std::move(bytes)});
}

// Rows until the line that is none, which is returned.
Result<json::Value> load_rows(sql::Tx& tx, const sql::Table& table, DumpSource& source, std::int64_t& count) {
  const auto insert = "INSERT INTO " + table.name + " (" + joined(table.columns) + ") VALUES (" +
                      placeholders(table.columns.size()) + ")";
  std::vector<sql::Value> values;
  for (;;) {
    BERTH_TRY(auto line, next_value(source, "the end of " + table.name));
    const auto* const row = line.as_array();
    if (row == nullptr) return line;
    if (row->size() != table.columns.size()) return damaged("a row of another length in " + table.name);
    values.clear();
    for (const auto& each : *row) {
      BERTH_TRY(auto value, value_in(each));
      values.push_back(std::move(value));
    }
    BERTH_CHECK(tx.exec(insert, values));
    ++count;
  }
}

Result<void> load_all(sql::Tx& tx, DumpSource& source) {
  BERTH_TRY(const auto head, read_head(source));
  BERTH_TRY(const auto accounts, tx.query("SELECT count(*) FROM accounts"));
  if (accounts.at(0).integer(0) != 0) return fail(Errc::conflict, "the database is not empty");
  // What migrations have put in.
  for (auto table = head.tables.rbegin(); table != head.tables.rend(); ++table) {
    BERTH_CHECK(tx.exec("DELETE FROM " + table->name));
  }
  std::int64_t count = 0;
  BERTH_TRY(auto line, next_value(source, "its tables"));
  for (const auto& table : head.tables) {
    const auto* const name = line.find_string("table");
    if (name == nullptr || *name != table.name) return damaged("table " + table.name + " is not where it belongs");
    BERTH_TRY(line, load_rows(tx, table, source, count));
  }
  const auto* const rows = line.find("rows");
  if (rows == nullptr || rows->as_int() != count) return damaged("it has not as many rows as it says");
  BERTH_TRY(const auto more, source.line());
  if (more) return damaged("something stands behind its end");
  return {};
}

}  // namespace

Result<bool> Store::empty() {
  bool empty = true;
  BERTH_CHECK(db_.read({}, [&](sql::Tx& tx) -> Result<void> {
    BERTH_TRY(const auto tables, sql::tables(tx, db_.engine()));
    empty = std::ranges::find(tables, "accounts", &sql::Table::name) == tables.end();
    if (empty) return {};
    BERTH_TRY(const auto accounts, tx.query("SELECT count(*) FROM accounts"));
    empty = accounts.at(0).integer(0) == 0;
    return {};
  }));
  return empty;
}

Result<void> Store::dump(const base::Deadline& deadline, DumpSink& sink) {
  return db_.read(deadline, [&](sql::Tx& tx) -> Result<void> {
    BERTH_CHECK(sink.begin());
    BERTH_TRY(const auto versions, tx.query("SELECT max(version) FROM schema_migrations"));
    BERTH_TRY(auto tables, sql::tables(tx, db_.engine()));
    std::erase_if(tables, [](const sql::Table& table) {
      return std::ranges::find(kNotDumped, table.name) != std::end(kNotDumped);
    });
    BERTH_CHECK(sink.line(head_of(versions.at(0).integer(0), tables)));
    std::int64_t count = 0;
    for (const auto& table : tables) {
      BERTH_TRY(const auto rows, dump_table(tx, table, sink));
      count += rows;
    }
    BERTH_CHECK(sink.line(object_of("rows", count)));
    return dump_blobs(tx, sink);
  });
}

Result<void> Store::load(const base::Deadline& deadline, const OpenDump& open) {
  BERTH_TRY(const auto source, open());
  BERTH_TRY(const auto head, read_head(*source));
  const auto all = migrations();
  const auto end = std::ranges::find(all, head.version, [](const sql::Migration& each) { return each.version; });
  if (end == all.end()) {
    return fail(Errc::unsupported, "the dump is of schema version " + std::to_string(head.version) +
                                       ", this program knows versions up to " + std::to_string(all.back().version));
  }
  BERTH_CHECK(sql::migrate(db_, all.first(static_cast<std::size_t>(end - all.begin()) + 1)));
  BERTH_CHECK(db_.write(deadline, [&](sql::Tx& tx) -> Result<void> {
    BERTH_TRY(const auto again, open());
    return load_all(tx, *again);
  }));
  return migrate();
}

}  // namespace berth::meta
