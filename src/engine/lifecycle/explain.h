// A plan in words, for people: `berth lifecycle explain`, logs.
#pragma once

#include <string>
#include <string_view>

#include "engine/lifecycle/plan.h"

namespace berth::engine::lifecycle {

std::string_view name(Fate fate);      // "keep", "expire", "archive"
std::string_view name(Reason reason);  // the enumerator's own name

// Why an image has its fate, as a sentence without subject and full stop: "rule 2 expires it: not among the newest 10
// images", "rule 1 selects it and it is within its limit: pushed within 14 days". `policy`: the one the plan was made
// from; of no_policy it may be nullptr.
std::string explain(const Repository& repository, const Policy* policy, const Decision& decision);

}  // namespace berth::engine::lifecycle
