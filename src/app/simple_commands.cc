#include <cstdio>
#include <string_view>
#include <utility>
#include <vector>

#include "api/aws/operation_list.h"
#include "api/ecr/operations.h"
#include "api/ecrpublic/operations.h"
#include "api/iam/operations.h"
#include "api/organizations/operations.h"
#include "api/sts/operations.h"
#include "app/commands.h"
#include "app/version.h"
#include "config/reference.h"
#include "json/writer.h"

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
  const std::pair<std::string_view, std::vector<api::aws::OperationRow>> services[] = {
      {"ecr", api::ecr::operation_rows()},
      {"ecr-public", api::ecrpublic::operation_rows()},
      {"berth", api::ecr::extension_rows()},
      {"iam", api::aws::rows_of(api::iam::operations())},
      {"organizations", api::aws::rows_of(api::organizations::operations())},
      {"sts", api::aws::rows_of(api::sts::operations())}};
  if (invocation.json) {
    json::Writer out;
    out.begin_object();
    for (const auto& [service, rows] : services) {
      out.key(service);
      api::aws::write_operations(out, rows);
    }
    out.end_object();
    std::printf("%s\n", out.text().c_str());
    return 0;
  }
  for (const auto& [service, rows] : services) {
    for (const auto& row : rows) {
      std::printf("%-14.*s %-44.*s %s\n", static_cast<int>(service.size()), service.data(),
                  static_cast<int>(row.name.size()), row.name.data(), row.built ? "yes" : "not yet");
    }
  }
  return 0;
}

}  // namespace berth::app
