#include "config/load.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include "base/text.h"
#include "config/values.h"
#include "config/vpc_endpoints.h"

namespace berth::config {
namespace {

using base::Errc;
using base::Result;
using Problems = std::vector<std::string>;

constexpr std::string_view kConfigFlag = "--config";
constexpr const char* kConfigVariable = "BERTH_CONFIG";

// A flag as it was given; no value: a switch that stands alone.
struct Flag {
  const Option* option = nullptr;
  std::string value;
};

struct Flags {
  std::vector<Flag> options;
  std::optional<std::string> file;
  std::vector<std::string> rest;
};

bool is_switch(const Option& option) {
  Options any;
  return std::holds_alternative<bool*>(option.slot(any));
}

// Sorts arguments into options and the rest. A flag given twice is refused: one of the two would be lost silently.
Flags read_flags(std::span<const std::string> arguments, Problems& problems) {
  Flags flags;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const auto equals = arguments[i].find('=');
    const std::string flag = arguments[i].substr(0, equals);
    const auto known = std::ranges::find(table(), flag, &Option::flag);
    const bool is_file = flag == kConfigFlag;
    if (!is_file && known == table().end()) {
      flags.rest.push_back(arguments[i]);
      continue;
    }
    std::string value;
    if (equals != std::string::npos) {
      value = arguments[i].substr(equals + 1);
    } else if (!is_file && is_switch(*known)) {
      value = "true";
    } else if (++i < arguments.size()) {
      value = arguments[i];
    } else {
      problems.push_back(flag + ": needs a value");
      break;
    }
    const bool again =
        is_file ? flags.file.has_value() : std::ranges::count(flags.options, &*known, &Flag::option) != 0;
    if (again) {
      problems.push_back(flag + ": given twice");
    } else if (is_file) {
      flags.file = value;
    } else {
      flags.options.push_back({.option = &*known, .value = std::move(value)});
    }
  }
  return flags;
}

void set(const Option& option, std::string_view value, const std::string& where, std::string source, Loaded& loaded,
         Problems& problems) {
  if (const auto done = assign(option, loaded.options, value); !done) {
    problems.push_back(where + ": " + done.error().message);
  } else {
    loaded.sources.insert_or_assign(option.name, std::move(source));
  }
}

Result<std::string> contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!file) return base::fail(Errc::invalid_parameter, path + ": cannot be read: " + std::strerror(errno));
  return text;
}

Environment environment_where(bool (*wanted)(std::string_view name)) {
  Environment out;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const auto equals = text.find('=');
    if (equals != std::string_view::npos && wanted(text.substr(0, equals))) {
      out.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
  }
  return out;
}

// What no row can say alone.
void check_together(const Options& options, Problems& problems) {
  if (options.tls.cert.empty() != options.tls.key.empty()) {
    problems.emplace_back("tls.cert and tls.key: one is of no use without the other");
  }
  const auto& regions = options.registry.regions;
  if (!regions.empty() && std::ranges::count(regions, options.registry.region) == 0) {
    problems.push_back("registry.region: " + options.registry.region + " is not one of registry.regions");
  }
  if (options.registry.domains.empty()) problems.emplace_back("registry.domains: needs at least one domain");
  if (options.data.empty()) problems.emplace_back("data: needs a folder");
  if (!options.archive.path.empty() && options.archive.path == options.blobs.path) {
    problems.emplace_back("archive.path and blobs.path: must differ");
  }
  if (options.listen.empty()) problems.emplace_back("listen: needs an address");
  if (options.listen == options.admin_listen && !options.listen.ends_with(":0")) {
    problems.emplace_back("listen and admin_listen: must differ");
  }
  check_vpc_endpoints(options, problems);
}

}  // namespace

Environment process_environment() {
  return environment_where([](std::string_view name) { return name.starts_with("BERTH_"); });
}

Environment client_environment() {
  return environment_where(
      [](std::string_view name) { return name.starts_with("BERTH_") || name.starts_with("AWS_") || name == "HOME"; });
}

std::string service_manager_socket() {
  const auto found = environment_where([](std::string_view name) { return name == "NOTIFY_SOCKET"; });
  return found.empty() ? "" : found.begin()->second;
}

void read_environment(const Environment& environment, Loaded& loaded, Problems& problems) {
  for (const auto& [name, value] : environment) {
    if (!name.starts_with("BERTH_") || name == kConfigVariable) continue;
    const auto option = std::ranges::find(table(), name, &Option::environment);
    if (option == table().end()) {
      // Not an error: Kubernetes, for one, sets BERTH_PORT and its like for a service of that name.
      loaded.warnings.push_back(name + ": no such option");
    } else {
      set(*option, value, name, name, loaded, problems);
    }
  }
}

base::Error unknown_argument(std::string_view argument) {
  const std::string flag(argument.substr(0, argument.find('=')));
  std::string name = flag.substr(std::min(flag.find_first_not_of('-'), flag.size()));
  std::ranges::replace(name, '-', '_');
  const std::string_view nearest = nearest_option(name);
  std::string message = base::escape_controls(flag) + ": not understood";
  if (flag.starts_with("--") && !nearest.empty()) message += "; did you mean " + find_option(nearest)->flag() + "?";
  return base::fail(Errc::invalid_parameter, std::move(message)).error();
}

Result<Loaded> load(std::span<const std::string> arguments, const Environment& environment) {
  Loaded loaded;
  Problems problems;
  Flags flags = read_flags(arguments, problems);
  loaded.rest = std::move(flags.rest);

  if (!flags.file && environment.contains(kConfigVariable)) flags.file = environment.at(kConfigVariable);
  if (flags.file && !flags.file->empty()) {
    if (const auto toml = contents(*flags.file); !toml) {
      problems.push_back(toml.error().message);
    } else {
      read_file(*toml, *flags.file, loaded, problems);
    }
  }
  read_environment(environment, loaded, problems);
  for (const Flag& flag : flags.options) {
    set(*flag.option, flag.value, flag.option->flag(), flag.option->flag(), loaded, problems);
  }
  if (problems.empty()) check_together(loaded.options, problems);
  if (problems.empty()) return loaded;

  std::string message;
  for (const std::string& problem : problems) message += (message.empty() ? "" : "\n") + problem;
  return base::fail(Errc::invalid_parameter, std::move(message));
}

std::vector<std::string> apply_reload(Options& running, const Options& fresh) {
  std::vector<std::string> kept;
  Options copy = fresh;
  if (running.vpc_endpoints != fresh.vpc_endpoints) kept.emplace_back("vpc_endpoint");
  for (const Option& option : table()) {
    const Slot from = option.slot(copy);
    const bool same = std::visit([&]<class T>(T* to) { return *to == *std::get<T*>(from); }, option.slot(running));
    if (same) continue;
    if (option.applies == Applies::restart) {
      kept.emplace_back(option.name);
    } else {
      std::visit([&]<class T>(T* to) { *to = *std::get<T*>(from); }, option.slot(running));
    }
  }
  return kept;
}

}  // namespace berth::config
