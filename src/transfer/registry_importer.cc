#include "transfer/registry_importer.h"

#include <algorithm>

namespace berth::transfer {
namespace {

base::Result<void> import_one(const Services& services, layout::RegistryFolder& folder, const RegistryImport& command,
                              const std::string& old_name, const Progress& progress, Report& report) {
  BERTH_TRY(auto name,
            model::RepositoryName::parse(command.prefix.empty() ? old_name : command.prefix + "/" + old_name));
  BERTH_TRY(const auto source, folder.open(old_name));
  Importer importer(services, progress);
  return importer.run(*source, {.registry = command.registry, .name = std::move(name)},
                      {.tag = std::nullopt, .untagged = command.untagged}, report);
}

}  // namespace

base::Result<void> import_registry(const Services& services, layout::RegistryFolder& folder,
                                   const RegistryImport& command, const Progress& progress, Report& report) {
  BERTH_TRY(auto names, folder.repositories());
  for (const auto& wanted : command.only) {
    if (std::ranges::binary_search(names, wanted)) continue;
    return base::fail(base::Errc::invalid_parameter, "there is no repository '" + wanted + "' in the folder");
  }
  if (!command.only.empty()) {
    std::erase_if(names, [&](const auto& name) { return std::ranges::find(command.only, name) == command.only.end(); });
  }
  for (const auto& name : names) {
    auto done = import_one(services, folder, command, name, progress, report);
    if (done) continue;
    if (fatal(done.error())) return done;
    report.add({.repository = name, .image = "", .error = std::move(done).error()});
  }
  return {};
}

}  // namespace berth::transfer
