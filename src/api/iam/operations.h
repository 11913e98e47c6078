// Every operation of IAM that Berth has: the one table.
//
// To build one: write its shapes and its function in ops/, and add its row in operations.cc.
#pragma once

#include <span>

#include "api/aws/query_api.h"
#include "api/iam/call.h"

namespace berth::api::iam {

std::span<const aws::QueryOperation<Call>> operations();  // by name

}  // namespace berth::api::iam
