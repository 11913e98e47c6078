// Repositories of a registry that keeps them as folders within folders.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "layout/folder.h"

namespace berth::layout {

// Names, joined by '/', of the folders at and below `root` that are repositories, in byte order. `descend`: is this
// folder's name one that a part of a repository's name may have? payload_too_large: too many, or too deep.
base::Result<std::vector<std::string>> find_repositories(
    const Folder& root, const std::function<bool(const std::vector<Folder::Entry>&)>& is_repository,
    const std::function<bool(std::string_view)>& descend);

}  // namespace berth::layout
