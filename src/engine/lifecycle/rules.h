// What a schema cannot say about the rules of a policy (ecr.md 2.1 second table, 2.2, 2.3).
#pragma once

#include <string_view>
#include <vector>

#include "engine/lifecycle/policy.h"
#include "engine/lifecycle/schema.h"

namespace berth::engine::lifecycle {

// ECR's text for a combination of members that none of its schema's alternatives has.
inline constexpr std::string_view kNoSchema = "instance failed to match exactly one schema (matched 0 out of 2)";

// One rule: its members by themselves are well formed. `days` and `counted`: it has countUnit, countNumber.
void check_selection(const Rule& rule, bool days, bool counted, bool extended, Problems& problems);

// All rules of a policy together, by priority.
void check_rules(const std::vector<Rule>& rules, Problems& problems);

}  // namespace berth::engine::lifecycle
