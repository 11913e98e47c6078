// Reaches the answers that a reaction gives later.
#pragma once

#include <functional>
#include <optional>

#include "web/handler.h"

namespace berth::web {

// Runs a piece of a handler's work, once, in its own way, and hands on the answer, if that piece gives one. Must give
// an answer where the piece would have.
using Hook = std::function<std::optional<Response>(const std::function<std::optional<Response>()>& work)>;

// The same reaction, with `hook` around whatever of it runs after handle(): `then`, and the sink's write() and
// finish(). A Response has run already and is not hooked.
Reaction hooked(Reaction reaction, Hook hook);

}  // namespace berth::web
