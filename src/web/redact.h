// What may be said in a log about where a request went.
#pragma once

#include <string>
#include <string_view>

namespace berth::web {

// A request target whose query tells no secret: the value of every parameter whose name speaks of a signature, token,
// credential, secret, password or key is "-", and a query that cannot be read is "-" altogether.
std::string redact_target(std::string_view target);

}  // namespace berth::web
