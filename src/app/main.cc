// berth: a container registry that is a drop-in Amazon ECR.
#include <algorithm>
#include <cstdio>
#include <span>

#include "app/commands.h"
#include "config/reference.h"

namespace {

using berth::app::Invocation;
namespace base = berth::base;

// `flags` are its own, each with a value, `switches` those without one; options of the server are known to all.
struct Command {
  std::string_view name;
  int (*run)(const Invocation&);
  std::string_view help;
  std::span<const std::string_view> flags{};
  std::span<const std::string_view> switches{};
  std::size_t operands = 0;  // at most
};
constexpr std::string_view kAccountFlags[] = {"--name", "--email", "--id"};
constexpr std::string_view kExplainFlags[] = {"--principal", "--action", "--resource", "--context"};
constexpr std::string_view kLifecycleFlags[] = {"--repository", "--policy"};
constexpr std::string_view kRepositoryFlags[] = {"--repository"};
constexpr std::string_view kPolicyFlags[] = {"--policy"};
constexpr std::string_view kAliasFlags[] = {"--account", "--add", "--remove"};
constexpr std::string_view kFsckFlags[] = {"--mib-per-second"};
constexpr std::string_view kFsckSwitches[] = {"--repair"};
constexpr std::string_view kDeleteSwitches[] = {"--recursive", "--force", "--yes"};
constexpr std::string_view kImportFlags[] = {"--from", "--prefix", "--repositories"};
constexpr std::string_view kImportSwitches[] = {"--untagged"};
constexpr std::string_view kExportSwitches[] = {"--referrers"};
constexpr std::string_view kBackupFlags[] = {"--keep"};
constexpr std::string_view kBackupSwitches[] = {"--without-key", "--verify", "--allow-missing"};
constexpr std::string_view kRestoreFlags[] = {"--snapshot", "--key"};
constexpr Command kCommands[] = {
    {"serve", berth::app::serve, "serve the registry until SIGTERM or Ctrl-C"},
    {"init", berth::app::init, "make the data folder, an account and its administrator's access key (--json)"},
    {"account create", berth::app::account_create,
     "make an account and its administrator's access key: --name NAME --email EMAIL [--id DIGITS] (--json)",
     kAccountFlags},
    {"account list", berth::app::account_list, "list the accounts (--json)"},
    {"authz explain", berth::app::authz_explain,
     "print a decision and what made it: --principal ARN --action A --resource ARN [--context K=V]... (--json)",
     kExplainFlags},
    {"import", berth::app::import_images,
     "SOURCE REPOSITORY[:TAG]: images of an OCI layout, a folder or a tar archive; or --from distribution|zot FOLDER "
     "[--prefix P] [--repositories A,B] [--untagged]: all of another registry's folder (--json)",
     kImportFlags, kImportSwitches, 2},
    {"export",
     berth::app::export_images,
     "REPOSITORY[:TAG|@DIGEST]... TARGET [--referrers]: images into an OCI layout, a folder or TARGET.tar (--json)",
     {},
     kExportSwitches,
     1'000},
    {"backup", berth::app::make_backup,
     "FOLDER [--without-key] [--verify] [--keep N] [--allow-missing]: everything, beside a running server; only what "
     "is new is "
     "copied (--json)",
     kBackupFlags, kBackupSwitches, 1},
    {"restore",
     berth::app::restore_backup,
     "FOLDER [--snapshot ID] [--key FILE]: a backup into an empty data folder and database (--json)",
     kRestoreFlags,
     {},
     1},
    {"fsck", berth::app::fsck,
     "check every image and the bytes of every layer [--repair] [--mib-per-second N: read no faster] (--json)",
     kFsckFlags, kFsckSwitches},
    {"gc status", berth::app::gc_status, "what is stored, and what is garbage or about to be (--json)"},
    {"trash",
     berth::app::trash,
     "REPOSITORY: deleted images that can be brought back, see gc.trash (--json)",
     {},
     {},
     1},
    {"undelete", berth::app::undelete, "REPOSITORY@DIGEST: bring a deleted image back (--json)", {}, {}, 1},
    {"config check", berth::app::config_check, "print the options in force and where each comes from"},
    {"lifecycle explain", berth::app::lifecycle_explain,
     "for each image of --repository NAME, what its lifecycle policy, or --policy FILE, does to it and why (--json)",
     kLifecycleFlags},
    {"lifecycle runs", berth::app::lifecycle_runs,
     "what the last evaluations of a lifecycle policy did: --repository NAME (--json)", kRepositoryFlags},
    {"lifecycle default put", berth::app::lifecycle_default_put,
     "set the policy of all repositories without one of their own: --policy FILE", kPolicyFlags},
    {"lifecycle default get", berth::app::lifecycle_default_get, "print that policy"},
    {"lifecycle default delete", berth::app::lifecycle_default_delete, "remove that policy"},
    {"public alias", berth::app::public_alias,
     "list the aliases of --account ID's public registry, after --add ALIAS, which makes it primary, or --remove ALIAS "
     "(--json)",
     kAliasFlags},
    {"repo list",
     berth::app::repo_list,
     "[PREFIX]: repositories, their images and what is protected (--json)",
     {},
     {},
     1},
    {"repo delete",
     berth::app::repo_delete,
     "NAME [--force: with its images] [--recursive: and all below NAME/] [--yes: do not ask] (--json)",
     {},
     kDeleteSwitches,
     1},
    {"repo rename",
     berth::app::repo_rename,
     "NAME NEW_NAME: images, policies and tags stay with it (--json)",
     {},
     {},
     2},
    {"repo protect", berth::app::repo_protect, "NAME: its deletion is refused from now on (--json)", {}, {}, 1},
    {"repo unprotect", berth::app::repo_unprotect, "NAME: it may be deleted again (--json)", {}, {}, 1},
    {"operations", berth::app::operations, "list the operations of the AWS APIs and their shapes (--json)"},
    {"version", berth::app::version, "print the version (--json)"},
};

void print_help() {
  std::puts(
      "berth: a container registry that is a drop-in Amazon ECR\n\nUsage: berth COMMAND [OPTION...]\n\nCommands:");
  for (const auto& command : kCommands) {
    std::printf("  %-25.*s %.*s\n", static_cast<int>(command.name.size()), command.name.data(),
                static_cast<int>(command.help.size()), command.help.data());
  }
  std::puts(
      "  credential-helper docker get|list|store|erase, or kubelet: log in to a registry for them"
      "\n                    (docker-credential-berth is the same)");
  std::printf("\n%s", berth::config::help_text().c_str());
}

// A command's name is one word, or up to three.
const Command* find(std::span<const std::string> arguments, std::size_t& words) {
  for (words = 3; words > 0; --words) {
    if (arguments.size() < words) continue;
    std::string name = arguments[0];
    for (std::size_t i = 1; i < words; ++i) name += " " + arguments[i];
    for (const auto& command : kCommands) {
      if (command.name == name) return &command;
    }
  }
  return nullptr;
}

int refuse(const base::Error& error) {
  std::fprintf(stderr, "%s\n", error.message.c_str());
  return 2;
}

// Sorts what is no option of the server into the command's own flags.
base::Result<void> read_flags(const Command& command, Invocation& invocation) {
  const auto& rest = invocation.config.rest;
  for (std::size_t i = 0; i < rest.size(); ++i) {
    const auto equals = rest[i].find('=');
    const std::string flag = rest[i].substr(0, equals);
    if (rest[i] == "--json") {
      invocation.json = true;
    } else if (!rest[i].starts_with("-") && invocation.operands.size() < command.operands) {
      invocation.operands.push_back(rest[i]);
    } else if (std::ranges::find(command.switches, rest[i]) != command.switches.end()) {
      invocation.flags.emplace(rest[i], "");
    } else if (std::ranges::find(command.flags, flag) == command.flags.end()) {
      return std::unexpected(berth::config::unknown_argument(rest[i]));
    } else if (equals != std::string::npos) {
      invocation.flags.emplace(flag, rest[i].substr(equals + 1));
    } else if (i + 1 < rest.size()) {
      invocation.flags.emplace(flag, rest[++i]);
    } else {
      return base::fail(base::Errc::invalid_parameter, flag + ": needs a value");
    }
  }
  return {};
}

int run(std::vector<std::string> arguments) {
  const auto asks_for_help = [](const std::string& argument) { return argument == "--help" || argument == "-h"; };
  if (arguments.empty() || arguments[0] == "help" || std::ranges::any_of(arguments, asks_for_help)) {
    print_help();
    return arguments.empty() ? 2 : 0;
  }
  if (arguments[0] == "--version") arguments[0] = "version";
  std::size_t words = 0;
  const Command* command = find(arguments, words);
  if (!command) {
    std::fprintf(stderr, "berth: there is no command '%s'; `berth --help` lists them\n", arguments[0].c_str());
    return 2;
  }
  const std::vector<std::string> options(arguments.begin() + static_cast<std::ptrdiff_t>(words), arguments.end());
  auto loaded = berth::config::load(options, berth::config::process_environment());
  if (!loaded) return refuse(loaded.error());
  Invocation invocation{.arguments = options, .config = *std::move(loaded)};
  if (const auto read = read_flags(*command, invocation); !read) return refuse(read.error());
  return command->run(invocation);
}

// What docker calls: the name says the command and the protocol.
bool is_docker_helper(std::string_view program) {
  return program.substr(program.rfind('/') + 1) == "docker-credential-berth";
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> arguments(argv + 1, argv + argc);
  if (argc > 0 && is_docker_helper(argv[0])) {
    arguments.insert(arguments.begin(), "docker");
    return berth::app::credential_helper(arguments);
  }
  if (!arguments.empty() && arguments[0] == "credential-helper") {
    return berth::app::credential_helper(std::span(arguments).subspan(1));
  }
  return run(arguments);
}
