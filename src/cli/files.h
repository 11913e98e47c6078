// Small files, read whole.
#pragma once

#include <optional>
#include <string>

#include "base/error.h"

namespace berth::cli {

// At most 1 MiB. nullopt: no such file. unavailable: cannot be read, or larger.
base::Result<std::optional<std::string>> read_file_if_there(const std::string& path);
// The same, without white space at both ends. unavailable: also if there is none, or nothing in it.
base::Result<std::string> read_token_file(const std::string& path);

}  // namespace berth::cli
