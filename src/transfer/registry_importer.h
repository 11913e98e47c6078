// Brings all repositories of another registry's folder.
#pragma once

#include <string>
#include <vector>

#include "layout/registry_folder.h"
#include "transfer/importer.h"

namespace berth::transfer {

struct RegistryImport {
  model::RegistryRef registry;
  std::string prefix{};             // of the new names: "old" makes old/team/app of team/app; empty: as they are
  std::vector<std::string> only{};  // repositories by their old names; empty: all
  bool untagged = false;
};

// Repository by repository, as Importer::run(). A repository that cannot be read, or whose name is none here, is a
// failure of the report. invalid_parameter, and nothing was done: one of `only` is not there.
base::Result<void> import_registry(const Services& services, layout::RegistryFolder& folder,
                                   const RegistryImport& command, const Progress& progress, Report& report);

}  // namespace berth::transfer
