// What a service has, for `berth operations` and the comparison with AWS's model. Every service's table can be told so.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "json/fields.h"

namespace berth::api::aws {

struct OperationRow {
  std::string_view name;
  bool built = true;
  std::vector<std::string_view> errors{};       // that the service's model declares, where the service keeps them
  json::TypeDescription (*input)() = nullptr;   // nullptr: not built
  json::TypeDescription (*output)() = nullptr;  // nullptr: not built, or it answers nothing
};

// Of a table whose operations are all built: `name`, `input` and `output`.
template <class Operation>
std::vector<OperationRow> rows_of(std::span<const Operation> operations) {
  std::vector<OperationRow> rows;
  rows.reserve(operations.size());
  for (const auto& operation : operations) {
    rows.push_back({.name = operation.name, .input = operation.input, .output = operation.output});
  }
  return rows;
}

// [{"name":"..","implemented":true,"errors":[".."],"input":{"members":{"registryId":{"type":"string","required":false,
// "pattern":".."},..}},"output":{..}}]. Types are named as botocore names them; a structure has "members", a list
// "member", a map "value"; rules stand as json::write_rules has them.
void write_operations(json::Writer& out, std::span<const OperationRow> rows);

}  // namespace berth::api::aws
