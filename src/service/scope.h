// Who is calling, and until when: the only context argument of a service method.
#pragma once

#include <string>

#include "auth/caller.h"
#include "auth/origin.h"
#include "base/deadline.h"

namespace berth::service {

// Immutable; made by an adapter for one call.
struct Scope {
  auth::Caller caller;
  std::string request_id;
  base::Deadline deadline;
  auth::Origin origin{};
};

}  // namespace berth::service
