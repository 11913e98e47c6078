// Every operation of the ECR Public API: what there is, and what it may answer. All are built.
#pragma once

#include <span>
#include <vector>

#include "api/aws/operation_list.h"
#include "api/ecr/operation_table.h"
#include "api/ecrpublic/call.h"

namespace berth::api::ecrpublic {

using Operation = ecr::OperationOf<Call>;

std::span<const Operation> operations();  // by name

std::vector<aws::OperationRow> operation_rows();  // the same, to be told

}  // namespace berth::api::ecrpublic
