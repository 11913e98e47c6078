#include <cstdio>

#include "api/ecr/operations.h"
#include "app/commands.h"
#include "app/version.h"
#include "config/reference.h"

namespace berth::app {

int failed(const base::Error& error) {
  std::fprintf(stderr, "berth: %s\n", error.message.c_str());
  return 1;
}

int version(const Invocation& invocation) {
  std::printf(invocation.json ? "{\"version\":\"%s\"}\n" : "berth %s\n", kVersion);
  return 0;
}

int config_check(const Invocation& invocation) {
  for (const auto& warning : invocation.config.warnings) std::fprintf(stderr, "warning: %s\n", warning.c_str());
  std::fputs(config::effective(invocation.config).c_str(), stdout);
  return 0;
}

int operations(const Invocation& invocation) {
  if (invocation.json) {
    std::printf("%s\n", api::ecr::operations_json().c_str());
    return 0;
  }
  for (const auto& operation : api::ecr::operations()) {
    std::printf("%-40.*s %s\n", static_cast<int>(operation.name.size()), operation.name.data(),
                operation.run ? "yes" : "not yet");
  }
  return 0;
}

}  // namespace berth::app
