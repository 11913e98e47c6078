// One authenticated call, and what an operation needs to answer it. Private to api/organizations.
#pragma once

#include "service/iam/services.h"
#include "service/scope.h"

namespace berth::api::organizations {

// Lives as long as the call.
struct Call {
  service::iam::Services& iam;
  const service::Scope& scope;
};

// Of operations that take nothing.
struct NoMembers {
  template <class F>
  void fields(F&) {}
};

}  // namespace berth::api::organizations
