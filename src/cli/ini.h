// The files of the AWS command line and SDKs ("Configuration and credential file settings" of its user guide), and
// Berth's own of that form.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/error.h"

namespace berth::cli {

using IniValues = std::map<std::string, std::string>;  // keys in lower case

// Sections by name, white space in it as one space: "default", "profile ci", "services local". What stands indented
// below a key is "key.inner": `ecr =` and below it `  endpoint_url = X` is "ecr.endpoint_url".
using Ini = std::map<std::string, IniValues>;

// invalid_parameter: neither section, key nor comment; says which line of `path`. Never quotes a value.
base::Result<Ini> parse_ini(std::string_view text, std::string_view path);

// The parsed file; an empty one if there is no file of that name, or the name is empty.
base::Result<Ini> read_ini(const std::string& path);

}  // namespace berth::cli
