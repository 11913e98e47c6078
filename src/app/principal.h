// From an ARN that a person writes to the caller that a request of that principal would have.
#pragma once

#include <string_view>

#include "auth/caller.h"
#include "base/clock.h"
#include "meta/store.h"

namespace berth::app {

// arn:aws:iam::A:root, ...:user/path/NAME, ...:role/path/NAME (a session of it),
// arn:aws:sts::A:assumed-role/NAME/SESSION, a service ("lambda.amazonaws.com"), or "anonymous". entity_not_found: there
// is no such user or role; invalid_parameter: none of these forms.
base::Result<auth::Caller> caller_of(std::string_view principal, meta::Store& store, base::Timestamp now);

}  // namespace berth::app
