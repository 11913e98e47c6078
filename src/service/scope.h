// Who is calling, and until when: the only context argument of a service method.
#pragma once

#include <string>

#include "auth/caller.h"
#include "auth/origin.h"
#include "base/deadline.h"
#include "base/lasting.h"

namespace berth::service {

// Immutable, but for `lasting`; made by an adapter for one call.
struct Scope {
  auth::Caller caller;
  std::string request_id;
  base::Deadline deadline;
  auth::Origin origin{};
  base::Lasting* lasting = nullptr;  // of the answer; nullptr: nobody wants to know
};

}  // namespace berth::service
