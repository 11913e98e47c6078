// zot's folder (its pkg/storage/imagestore): every repository is an OCI layout, <name>/{oci-layout,index.json,blobs};
// index.json names all manifests, those with tags by org.opencontainers.image.ref.name. With deduplication the blobs
// are hard links, into another repository or into _blobstore. Other names of zot's begin with '_' or '.'.
#include <algorithm>

#include "layout/oci_layout.h"
#include "layout/registry_folder.h"
#include "layout/repository_walk.h"

namespace berth::layout {
namespace {

using base::Errc;
using base::fail;
using base::Result;

class ZotSource final : public Source {
 public:
  ZotSource(OciLayout layout, std::shared_ptr<Folder> root) : layout_(std::move(layout)), root_(std::move(root)) {}

  Result<Contents> contents() override {
    BERTH_TRY(auto contents, layout_.contents());
    for (auto& each : contents.roots) each.loose = each.names.empty();
    return contents;
  }

  Result<std::unique_ptr<blob::BlobReader>> open(const model::Digest& digest) override {
    BERTH_TRY(auto own, layout_.open(digest));
    if (own && own->size() > 0) return own;
    // Where zot has kept blobs in a bucket, an empty file stands for one that is elsewhere.
    BERTH_TRY(auto shared, root_->open("_blobstore/" + blob_path(digest)));
    return shared ? std::move(shared) : std::move(own);
  }

 private:
  OciLayout layout_;
  std::shared_ptr<Folder> root_;
};

class Zot final : public RegistryFolder {
 public:
  explicit Zot(Folder root) : root_(std::make_shared<Folder>(std::move(root))) {}

  Result<std::vector<std::string>> repositories() override {
    const auto is_repository = [](const std::vector<Folder::Entry>& entries) {
      const auto has = [&](std::string_view name) {
        return std::ranges::any_of(entries, [&](const auto& entry) { return !entry.folder && entry.name == name; });
      };
      return has(kLayoutFile) && has(kIndexFile);
    };
    return find_repositories(*root_, is_repository, [](std::string_view part) {
      return !part.starts_with('_') && !part.starts_with('.') && part != "blobs";
    });
  }

  Result<std::unique_ptr<Source>> open(const std::string& repository) override {
    BERTH_TRY(auto folder, root_->folder(repository));
    if (!folder) return fail(Errc::repository_not_found, "there is no repository " + repository);
    return std::make_unique<ZotSource>(OciLayout(std::make_unique<Folder>(*std::move(folder))), root_);
  }

 private:
  std::shared_ptr<Folder> root_;
};

}  // namespace

Result<std::unique_ptr<RegistryFolder>> open_zot(const std::string& path) {
  BERTH_TRY(auto root, Folder::open_path(path));
  auto zot = std::make_unique<Zot>(std::move(root));
  BERTH_TRY(const auto repositories, zot->repositories());
  if (repositories.empty())
    return fail(Errc::invalid_parameter, path + " holds no OCI layout, as zot has for each repository");
  return zot;
}

}  // namespace berth::layout
