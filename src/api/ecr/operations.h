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

// What Berth has beyond ECR, by the same protocol under a target of its own: BerthRegistry_V20261126.<name>
// (extensions.cc; packaging/aws has it as a model for the AWS CLI and the SDKs).
std::span<const Operation> extensions();  // by name
std::vector<aws::OperationRow> extension_rows();

}  // namespace berth::api::ecr
