// berth: a container registry that is a drop-in Amazon ECR.
#include <cstdio>
#include <span>

#include "app/commands.h"
#include "config/reference.h"

namespace {

using berth::app::Invocation;

struct Command {
  std::string_view name;
  int (*run)(const Invocation&);
  std::string_view help;
};
constexpr Command kCommands[] = {
    {"serve", berth::app::serve, "serve the registry until SIGTERM or Ctrl-C"},
    {"init", berth::app::init, "make the data folder, an account and its administrator's access key (--json)"},
    {"fsck", berth::app::fsck, "check every stored blob against metadata and its digest (--json)"},
    {"config check", berth::app::config_check, "print the options in force and where each comes from"},
    {"operations", berth::app::operations, "list the ECR operations and their shapes (--json)"},
    {"version", berth::app::version, "print the version (--json)"},
};

void print_help() {
  std::puts(
      "berth: a container registry that is a drop-in Amazon ECR\n\nUsage: berth COMMAND [OPTION...]\n\nCommands:");
  for (const auto& command : kCommands) {
    std::printf("  %-14.*s %.*s\n", static_cast<int>(command.name.size()), command.name.data(),
                static_cast<int>(command.help.size()), command.help.data());
  }
  std::printf("\n%s", berth::config::help_text().c_str());
}

int run(std::span<const std::string> arguments) {
  if (arguments.empty() || arguments[0] == "--help" || arguments[0] == "-h" || arguments[0] == "help") {
    print_help();
    return arguments.empty() ? 2 : 0;
  }
  std::string name = arguments[0] == "--version" ? "version" : arguments[0];
  std::size_t used = 1;
  if (name == "config" && arguments.size() > 1) name += " " + arguments[used++];
  const Command* found = nullptr;
  for (const auto& command : kCommands) {
    if (command.name == name) found = &command;
  }
  if (!found) {
    std::fprintf(stderr, "berth: there is no command '%s'; `berth --help` lists them\n", name.c_str());
    return 2;
  }
  const std::vector<std::string> options(arguments.begin() + static_cast<std::ptrdiff_t>(used), arguments.end());
  auto loaded = berth::config::load(options, berth::config::process_environment());
  if (!loaded) {
    std::fprintf(stderr, "%s\n", loaded.error().message.c_str());
    return 2;
  }
  Invocation invocation{.arguments = options, .config = *std::move(loaded)};
  for (const auto& rest : invocation.config.rest) {
    if (rest == "--json") {
      invocation.json = true;
    } else if (rest == "--help" || rest == "-h") {
      print_help();
      return 0;
    } else {
      std::fprintf(stderr, "%s\n", berth::config::unknown_argument(rest).message.c_str());
      return 2;
    }
  }
  return found->run(invocation);
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  return run(arguments);
}
