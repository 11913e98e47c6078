#include "layout/repository_walk.h"

#include <algorithm>

#include "layout/registry_folder.h"

namespace berth::layout {

base::Result<std::vector<std::string>> find_repositories(
    const Folder& root, const std::function<bool(const std::vector<Folder::Entry>&)>& is_repository,
    const std::function<bool(std::string_view)>& descend) {
  constexpr std::ptrdiff_t kMaxDepth = 128;  // a name has at most 256 characters
  std::vector<std::string> found;
  std::vector<std::string> waiting{""};
  while (!waiting.empty()) {
    const auto name = std::move(waiting.back());
    waiting.pop_back();
    if (std::ranges::count(name, '/') > kMaxDepth) {
      return base::fail(base::Errc::payload_too_large, name + ": the folders are nested too deep");
    }
    std::optional<Folder> inner;
    if (!name.empty()) {
      BERTH_TRY(inner, root.folder(name));
      if (!inner) continue;  // deleted meanwhile
    }
    BERTH_TRY(const auto entries, (inner ? *inner : root).list());
    if (!name.empty() && is_repository(entries)) found.push_back(name);
    for (const auto& entry : entries) {
      if (!entry.folder || !descend(entry.name)) continue;
      waiting.push_back(name.empty() ? entry.name : name + "/" + entry.name);
    }
    if (found.size() + waiting.size() > RegistryFolder::kMaxRepositories) {
      return base::fail(base::Errc::payload_too_large, "there are too many folders");
    }
  }
  std::ranges::sort(found);
  return found;
}

}  // namespace berth::layout
