#include "sql/database.h"

#include <stdexcept>

#include "sql/text.h"

namespace berth::sql {
namespace {

constexpr const char* kTypeNames[] = {"NULL", "INTEGER", "TEXT", "BLOB"};

template <class T>
const T& get(const std::vector<Value>& columns, std::size_t i) {
  const Value& value = columns.at(i);
  if (const T* found = std::get_if<T>(&value)) return *found;
  throw std::logic_error("column " + std::to_string(i) + " is " + kTypeNames[value.index()] + ", not " +
                         kTypeNames[Value(T()).index()]);
}

}  // namespace

std::int64_t Row::integer(std::size_t i) const { return get<std::int64_t>(columns_, i); }
const std::string& Row::text(std::size_t i) const { return get<std::string>(columns_, i); }
const std::string& Row::blob(std::size_t i) const { return get<Blob>(columns_, i).bytes; }

std::optional<std::int64_t> Row::maybe_integer(std::size_t i) const {
  return is_null(i) ? std::nullopt : std::optional(integer(i));
}
std::optional<std::string> Row::maybe_text(std::size_t i) const {
  return is_null(i) ? std::nullopt : std::optional(text(i));
}
std::optional<std::string> Row::maybe_blob(std::size_t i) const {
  return is_null(i) ? std::nullopt : std::optional(blob(i));
}

base::Result<Rows> Tx::query(std::string_view sql, std::span<const Value> parameters) {
  BERTH_TRY(auto answer, checked(sql, parameters));
  return std::move(answer.rows);
}

base::Result<std::int64_t> Tx::exec(std::string_view sql, std::span<const Value> parameters) {
  BERTH_TRY(const auto answer, checked(sql, parameters));
  return answer.changed;
}

base::Result<Answer> Tx::checked(std::string_view sql, std::span<const Value> parameters) {
  if (failure_) return std::unexpected(*failure_);
  const auto text = check_text(parameters);
  auto answer = text ? run(sql, parameters) : base::Result<Answer>(std::unexpected(text.error()));
  if (!answer) failure_ = answer.error();
  return answer;
}

}  // namespace berth::sql
