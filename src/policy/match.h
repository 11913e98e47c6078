// Does one statement apply to one request? Of this room alone.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "policy/decide.h"
#include "policy/parsed.h"

namespace berth::policy::detail {

// How the Principal of a statement names the one who asks. Ordered: more is closer.
enum class Grant : std::uint8_t {
  none,
  account,  // its account, which leaves it to the identity policies there
  entity,   // its role, or the user behind a federated user's session
  direct,   // the very user or session, or "*"
};

// `filters`: the document gives nothing by itself (an endpoint's), so its "*" is really everybody.
Grant grant_of(const Statement& statement, const Principal& principal, bool filters);

// All that conditions say holds.
bool conditions_hold(const Statement& statement, const Context& context);

bool resource_matches(const Statement& statement, const Request& request);

}  // namespace berth::policy::detail
