// VPC endpoints, from configuration to what the doors ask.
#pragma once

#include "auth/origins.h"
#include "base/error.h"
#include "config/options.h"

namespace berth::app {

// Reads the policy files. invalid_parameter names the endpoint, the file, and what is wrong with it.
base::Result<auth::Origins> origins_of(const config::Options& options);

}  // namespace berth::app
