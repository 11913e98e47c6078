// How much may still be written to a file system.
#pragma once

#include <cstdint>
#include <string>

#include "base/error.h"

namespace berth::base {

// Bytes that an ordinary user may still write where `folder` is; what is kept for root does not count. Of quotas only
// those count that the file system shows so (XFS projects). `unavailable`: it cannot be asked.
Result<std::uint64_t> free_bytes(const std::string& folder);

}  // namespace berth::base
