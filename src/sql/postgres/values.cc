#include "sql/postgres/values.h"

#include <bit>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

namespace berth::sql::postgres {
namespace {

// pg_type.dat
constexpr Oid kBool = 16, kBytea = 17, kName = 19, kInt8 = 20, kInt2 = 21, kInt4 = 23, kText = 25, kBpchar = 1042,
              kVarchar = 1043, kNumeric = 1700;

std::string big_endian(std::int64_t value) {
  const std::uint64_t bits = std::byteswap(static_cast<std::uint64_t>(value));
  return {reinterpret_cast<const char*>(&bits), sizeof bits};
}

// Two's complement, 1 to 8 bytes.
std::int64_t signed_integer(std::string_view bytes) {
  std::uint64_t value = (bytes[0] & 0x80) != 0 ? ~std::uint64_t{0} : 0;
  for (const char c : bytes) value = (value << 8) | static_cast<unsigned char>(c);
  return static_cast<std::int64_t>(value);
}

// What sum() of BIGINT gives: number of digits, weight of the first, sign, display scale, then digits to base 10000,
// 16 bits each (numeric_send in utils/adt/numeric.c). nullopt if it is not whole or does not fit.
std::optional<std::int64_t> whole_numeric(std::string_view bytes) {
  constexpr std::int64_t kNegative = 0x4000;
  const auto field = [&](std::size_t i) { return signed_integer(bytes.substr(2 * i, 2)); };
  const std::int64_t digits = field(0);
  const std::int64_t weight = field(1);
  const std::int64_t sign = field(2);
  if ((sign != 0 && sign != kNegative) || digits > weight + 1 || weight > 4) return std::nullopt;
  __extension__ __int128 value = 0;
  for (std::int64_t i = 0; i <= weight; ++i)
    value = value * 10000 + (i < digits ? field(static_cast<std::size_t>(4 + i)) : 0);
  if (sign == kNegative) value = -value;
  if (value < std::numeric_limits<std::int64_t>::min() || value > std::numeric_limits<std::int64_t>::max()) {
    return std::nullopt;
  }
  return static_cast<std::int64_t>(value);
}

std::optional<Value> read_value(Oid type, std::string_view bytes) {
  switch (type) {
    case kBool:
    case kInt2:
    case kInt4:
    case kInt8: return signed_integer(bytes);
    case kNumeric: {
      const auto value = whole_numeric(bytes);
      return value ? std::optional<Value>(*value) : std::nullopt;
    }
    case kText:
    case kVarchar:
    case kBpchar:
    case kName: return Value(std::string(bytes));
    case kBytea: return Value(Blob{std::string(bytes)});
    default: return std::nullopt;
  }
}

}  // namespace

Parameters::Parameters(std::span<const Value> from) {
  integers_.reserve(from.size());  // values points into it
  for (const Value& value : from) {
    Oid type = 0;
    const std::string* bytes = nullptr;
    if (const auto* integer = std::get_if<std::int64_t>(&value)) {
      type = kInt8;
      bytes = &integers_.emplace_back(big_endian(*integer));
    } else if (const auto* text = std::get_if<std::string>(&value)) {
      type = kText;
      bytes = text;
    } else if (const auto* blob = std::get_if<Blob>(&value)) {
      type = kBytea;
      bytes = &blob->bytes;
    }
    types.push_back(type);
    values.push_back(bytes == nullptr ? nullptr : bytes->data());
    lengths.push_back(bytes == nullptr ? 0 : static_cast<int>(bytes->size()));
    formats.push_back(1);
  }
}

std::string Parameters::signature() const {
  std::string letters;
  for (const Oid type : types) letters += type == kInt8 ? 'i' : type == kText ? 't' : type == kBytea ? 'b' : '0';
  return letters;
}

base::Result<Rows> read_rows(const Libpq& pq, const PGresult* result) {
  Rows rows;
  const int count = pq.rows(result);
  const int width = pq.columns(result);
  rows.reserve(static_cast<std::size_t>(count));
  for (int r = 0; r < count; ++r) {
    std::vector<Value> columns;
    columns.reserve(static_cast<std::size_t>(width));
    for (int c = 0; c < width; ++c) {
      if (pq.is_null(result, r, c) != 0) {
        columns.emplace_back();
        continue;
      }
      const std::string_view bytes(pq.value(result, r, c), static_cast<std::size_t>(pq.length(result, r, c)));
      auto value = read_value(pq.type(result, c), bytes);
      if (!value) {
        return base::fail(base::Errc::internal, "column " + std::to_string(c) + " is neither INTEGER, TEXT nor BLOB");
      }
      columns.push_back(std::move(*value));
    }
    rows.emplace_back(std::move(columns));
  }
  return rows;
}

}  // namespace berth::sql::postgres
