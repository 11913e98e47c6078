// Every operation of the ECR API: the one table that says what there is, what of it is built, and what it may answer.
//
// To build an operation: write its shapes and its function in ops/, and hand the function to its row in operations.cc.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/aws/operation_list.h"
#include "api/ecr/call.h"
#include "api/ecr/exception.h"
#include "json/fields.h"

namespace berth::api::ecr {

enum class Access : std::uint8_t { read, write };
enum class BodySize : std::uint8_t { small, large };  // Service::kSmallBody, kLargeBody

struct Operation {
  std::string_view name;
  Access access;
  ExceptionSet errors;  // those that AWS's model declares
  BodySize body = BodySize::small;
  // The answer's body, or the error. nullptr, as the two below, for an operation that is not built yet.
  base::Result<std::string> (*run)(const Call& call, std::string body) = nullptr;
  json::TypeDescription (*input)() = nullptr;
  json::TypeDescription (*output)() = nullptr;
};

std::span<const Operation> operations();                 // by name
const Operation* find_operation(std::string_view name);  // nullptr: ECR has no such operation

std::vector<aws::OperationRow> operation_rows();  // the same, to be told

}  // namespace berth::api::ecr
