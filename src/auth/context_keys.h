// The condition keys that every request has ("AWS global condition context keys"; ecr.md 3 and 10).
#pragma once

#include "auth/authorizer.h"
#include "auth/fact_cache.h"
#include "base/clock.h"
#include "policy/context.h"

namespace berth::auth {

// Those of the network, the time, the principal and the resource, and then the question's own.
policy::Context context_keys(const Question& question, const Facts& facts, base::Timestamp now);

}  // namespace berth::auth
