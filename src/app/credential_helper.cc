// docker-credential-berth, and berth credential-helper: what docker and kubelets run to log in.
#include "cli/credential_helper.h"

#include <unistd.h>

#include <cstdio>
#include <string>

#include "app/commands.h"
#include "app/version.h"
#include "config/load.h"
#include "fetch/sender.h"

namespace berth::app {
namespace {

constexpr std::size_t kMostInput = 1 << 20;

std::string standard_input() {
  std::string text;
  char block[4096];
  while (text.size() < kMostInput) {
    const auto got = ::read(STDIN_FILENO, block, sizeof block);
    if (got <= 0) break;
    text.append(block, static_cast<std::size_t>(got));
  }
  return text;
}

}  // namespace

int credential_helper(std::span<const std::string> arguments) {
  const auto parsed = cli::parse_helper_arguments(arguments);
  if (!parsed) {
    std::fprintf(stderr, "berth: %s\n", parsed.error().message.c_str());
    return 2;
  }
  const base::SystemClock clock;
  fetch::CurlSender sender(std::string("berth/") + kVersion);
  const auto spoken = cli::credential_helper(*parsed, parsed->action == "list" ? "" : standard_input(),
                                             config::client_environment(), sender, clock);
  std::fputs(spoken.out.c_str(), stdout);
  if (!spoken.note.empty()) std::fprintf(stderr, "berth: %s\n", spoken.note.c_str());
  return spoken.status;
}

}  // namespace berth::app
