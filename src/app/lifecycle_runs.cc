// berth lifecycle runs
#include <cstdio>
#include <string>
#include <vector>

#include "app/commands.h"
#include "app/offline.h"
#include "json/fields.h"
#include "service/lifecycle_service.h"

namespace berth::app {
namespace {

using service::LifecycleImageRecord;
using service::LifecycleRecord;

base::Result<std::vector<LifecycleRecord>> records(const Invocation& invocation, const std::string& name) {
  const auto& options = invocation.config.options;
  BERTH_TRY(auto registry, default_registry(options));
  BERTH_TRY(auto repository, model::RepositoryName::parse(name));
  BERTH_TRY(const auto offline, Offline::open(options));
  service::LifecycleService lifecycle(offline->core());
  const auto scope = offline->as(registry.account);
  return lifecycle.records(scope, {std::move(registry), std::move(repository)});
}

std::string line_of(const LifecycleImageRecord& image) {
  std::string line = "  " + (image.failure_code ? "kept" : image.action) + "  rule " +
                     std::to_string(image.rule_priority) + "  " + image.image_digest;
  for (const auto& tag : image.image_tags) line += " " + tag;
  if (image.failure_reason) line += "\n      " + *image.failure_reason;
  return line;
}

void print_text(const LifecycleRecord& record) {
  std::string text = base::to_rfc3339(record.started_at) + "  " + record.outcome + ", by the policy of the " +
                     record.policy + ": " + std::to_string(record.images) + " images, " +
                     std::to_string(record.expired) + " expired, " + std::to_string(record.archived) + " archived, " +
                     std::to_string(record.held_by_list) + " held by a list, " + std::to_string(record.failed) +
                     " failed, " + std::to_string(record.changed) + " changed";
  if (record.error) text += "\n  " + *record.error;
  for (const auto& image : record.actions) text += "\n" + line_of(image);
  for (const auto& image : record.failures) text += "\n" + line_of(image);
  std::printf("%s\n", text.c_str());
}

void print_json(const std::vector<LifecycleRecord>& all) {
  json::Writer out;
  out.begin_array();
  for (const auto& record : all) json::write_shape(out, record);
  out.end_array();
  std::printf("%s\n", out.text().c_str());
}

}  // namespace

int lifecycle_runs(const Invocation& invocation) {
  const auto name = invocation.flag("--repository");
  if (!name) {
    std::fputs("berth lifecycle runs: --repository NAME is missing\n", stderr);
    return 2;
  }
  const auto all = records(invocation, *name);
  if (!all) return failed(all.error());
  if (invocation.json) {
    print_json(*all);
    return 0;
  }
  for (const auto& record : *all) print_text(record);
  return 0;
}

}  // namespace berth::app
