// From a file, the environment and flags to Options. Flags win over the environment, that over the file, that over
// defaults.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "config/options.h"
#include "config/table.h"

namespace berth::config {

// Variables by name; only those that begin with BERTH_ matter.
using Environment = std::map<std::string, std::string>;
Environment process_environment();  // the one place that reads it
// What a command that is a client of AWS services reads: AWS_*, BERTH_* and HOME.
Environment client_environment();
// Where the service manager wants to hear how the server is (sd_notify(3)); empty: nowhere.
std::string service_manager_socket();

// Where values came from: an option's name -> "flag", "BERTH_LISTEN", "berth.toml:12". Absent: the default.
using Sources = std::map<std::string_view, std::string>;

struct Loaded {
  Options options;
  Sources sources;
  std::vector<std::string> rest;      // arguments that are no option's flag, in order: the command's own
  std::vector<std::string> warnings;  // for the log: variables that look like ours and are not
};

// `arguments` are those after the command's name. Flags: --http-max-head-bytes 64KiB or =64KiB, --log-access or
// --log-access=false; --config FILE (or BERTH_CONFIG) names the file.
//
// invalid_parameter lists everything that is wrong, one problem a line, each beginning with where it stands
// (`berth.toml:3:`, `--listen:`, `BERTH_LISTEN:`) and saying what is allowed. No value of a secret is in it.
base::Result<Loaded> load(std::span<const std::string> arguments, const Environment& environment);

// For a command that has looked at `rest` and does not know what is left of it.
base::Error unknown_argument(std::string_view argument);

// The parts of load(); each puts what it finds into `loaded` and appends to `problems`.
void read_file(std::string_view toml, const std::string& path, Loaded& loaded, std::vector<std::string>& problems);
void read_environment(const Environment& environment, Loaded& loaded, std::vector<std::string>& problems);

// On SIGHUP: takes over from `fresh` what can change in a running server; returns the names of what changed and cannot.
std::vector<std::string> apply_reload(Options& running, const Options& fresh);

}  // namespace berth::config
