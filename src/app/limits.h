// What configuration says about the domain's limits, for the server and for commands that work beside it.
#pragma once

#include <chrono>

#include "config/options.h"
#include "service/core.h"

namespace berth::app {

service::Limits limits_of(const config::Options& options);

inline std::chrono::seconds whole_seconds(std::chrono::milliseconds time) {
  return std::chrono::duration_cast<std::chrono::seconds>(time);
}

}  // namespace berth::app
