// From what is stored to what the lifecycle engine takes. For this room, and for the operator's commands.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"
#include "engine/lifecycle/plan.h"
#include "engine/lifecycle/policy.h"
#include "meta/store.h"

namespace berth::service {

// All images of a repository, in the order of their digests. What was pulled before pulls were recorded counts as
// pulled when that began: an older database does not know better, and nothing in use may look unused.
base::Result<engine::lifecycle::Repository> lifecycle_images(meta::Tx& tx, const std::string& repository);

// Whether any rule asks when an image was pulled; whether this decision does.
bool asks_for_pulls(const engine::lifecycle::Policy& policy);
bool asks_for_pulls(const engine::lifecycle::Policy& policy, const engine::lifecycle::Decision& decision);

struct LifecyclePlan {
  engine::lifecycle::Repository images;
  engine::lifecycle::Policy policy;
  engine::lifecycle::Plan plan;
};
// One snapshot; may take seconds, and some 300 bytes for each image.
base::Result<LifecyclePlan> plan_lifecycle(meta::Store& store, const base::Deadline& deadline,
                                           const std::string& repository, engine::lifecycle::Policy policy,
                                           base::Timestamp now);

}  // namespace berth::service
