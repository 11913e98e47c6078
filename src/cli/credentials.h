// Gets the credentials that the chain found.
#pragma once

#include "cli/aws_call.h"
#include "cli/chain.h"
#include "cli/target.h"

namespace berth::cli {

// Reads token files, asks the container's agent, assumes roles one after the other. unavailable, access_denied, ...:
// what the last of them said.
base::Result<auth::SigningIdentity> get_credentials(const Origin& origin, const Target& target, const AwsCalls& calls);

}  // namespace berth::cli
