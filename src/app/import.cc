// berth import: images that lie in a folder or in an archive, into a repository; or all of another registry's folder.
#include <string>

#include "app/commands.h"
#include "app/transfer.h"
#include "base/text.h"
#include "layout/oci_layout.h"
#include "transfer/registry_importer.h"

namespace berth::app {
namespace {

using base::Result;

// REPOSITORY[:TAG]
struct Target {
  model::RepositoryRef repository;
  transfer::ImportOptions options;
};

Result<Target> target_of(const model::RegistryRef& registry, const std::string& text) {
  const auto colon = text.find(':');
  BERTH_TRY(auto name, model::RepositoryName::parse(text.substr(0, colon)));
  Target target{.repository = {registry, std::move(name)}, .options = {}};
  if (colon != std::string::npos) {
    BERTH_TRY(target.options.tag, model::Tag::parse(text.substr(colon + 1)));
  }
  return target;
}

Result<void> import_layout(const Invocation& invocation, const transfer::Progress& progress, transfer::Report& report) {
  if (invocation.operands.size() != 2) {
    return base::fail(base::Errc::invalid_parameter,
                      "usage: berth import SOURCE REPOSITORY[:TAG], or berth import --from distribution|zot FOLDER");
  }
  BERTH_TRY(const auto source, layout::OciLayout::open_path(invocation.operands[0]));
  BERTH_TRY(const auto carrier, Carrier::open(invocation.config.options));
  BERTH_TRY(const auto target, target_of(carrier->registry(), invocation.operands[1]));
  transfer::Importer importer(carrier->services(), progress);
  return importer.run(*source, target.repository, target.options, report);
}

Result<std::unique_ptr<layout::RegistryFolder>> open_folder(const std::string& kind, const std::string& path) {
  if (kind == "distribution") return layout::open_distribution(path);
  if (kind == "zot") return layout::open_zot(path);
  return base::fail(base::Errc::invalid_parameter, "--from: '" + kind + "' is neither distribution nor zot");
}

Result<void> import_folder(const Invocation& invocation, const std::string& kind, const transfer::Progress& progress,
                           transfer::Report& report) {
  if (invocation.operands.size() != 1) {
    return base::fail(
        base::Errc::invalid_parameter,
        "usage: berth import --from distribution|zot FOLDER [--prefix P] [--repositories A,B] [--untagged]");
  }
  BERTH_TRY(const auto folder, open_folder(kind, invocation.operands[0]));
  BERTH_TRY(const auto carrier, Carrier::open(invocation.config.options));
  transfer::RegistryImport command{.registry = carrier->registry(),
                                   .prefix = invocation.flag("--prefix").value_or(""),
                                   .untagged = invocation.has("--untagged")};
  if (const auto only = invocation.flag("--repositories")) {
    for (const auto name : base::split(*only, ',')) command.only.emplace_back(name);
  }
  return transfer::import_registry(carrier->services(), *folder, command, progress, report);
}

}  // namespace

int import_images(const Invocation& invocation) {
  const Interrupt interrupt;
  transfer::Report report;
  LiveLine line;
  const auto progress = [&](const transfer::Report& so_far) {
    line.show([&] { return line_of(so_far); });
    if (interrupt.requested()) report.whole = false;
    return report.whole;
  };
  const auto kind = invocation.flag("--from");
  const auto outcome =
      kind ? import_folder(invocation, *kind, progress, report) : import_layout(invocation, progress, report);
  line.clear();
  return finish(report, outcome, invocation.json, "imported");
}

}  // namespace berth::app
