// Every operation of the ECR API: the one table that says what there is, what of it is built, and what it may answer.
//
// To build an operation: write its shapes and its function in ops/, and hand the function to its row in operations.cc.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "api/aws/operation_list.h"
#include "api/ecr/call.h"
#include "api/ecr/operation_table.h"

namespace berth::api::ecr {

using Operation = OperationOf<Call>;

std::span<const Operation> operations();                 // by name
const Operation* find_operation(std::string_view name);  // nullptr: ECR has no such operation

std::vector<aws::OperationRow> operation_rows();  // the same, to be told

}  // namespace berth::api::ecr
