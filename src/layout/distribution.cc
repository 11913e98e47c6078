// CNCF Distribution's folder (its registry/storage/paths.go):
//   repositories/<name>/_manifests/tags/<tag>/current/link           the digest that the tag names, as text
//   repositories/<name>/_manifests/revisions/<algorithm>/<hex>/link  every manifest that was put
//   blobs/<algorithm>/<two hex digits>/<hex>/data                    all bytes, of all repositories
#include <algorithm>
#include <map>

#include "base/text.h"
#include "layout/folder.h"
#include "layout/registry_folder.h"
#include "layout/repository_walk.h"

namespace berth::layout {
namespace {

using base::Errc;
using base::fail;
using base::Result;

constexpr std::string_view kInside = "docker/registry/v2";
constexpr std::size_t kMaxRoots = 1'000'000;

// The digest in a link file; nullopt: there is no such file (the tag or revision was just deleted).
Result<std::optional<model::Digest>> link_in(Folder& folder, const std::string& path) {
  BERTH_TRY(const auto file, folder.open(path));
  if (!file) return std::nullopt;
  BERTH_TRY(const auto text, read_all(*file, 1'024));
  BERTH_TRY(auto digest, model::Digest::parse(base::trim(text)));
  return digest;
}

class DistributionSource final : public Source {
 public:
  DistributionSource(Folder repository, std::shared_ptr<Folder> blobs)
      : repository_(std::move(repository)), blobs_(std::move(blobs)) {}

  Result<Contents> contents() override {
    Contents contents;
    std::map<std::string, std::size_t> known;
    BERTH_CHECK(read_tags(contents, known));
    for (const auto algorithm : {model::DigestAlgorithm::sha256, model::DigestAlgorithm::sha512}) {
      BERTH_CHECK(read_revisions(algorithm, contents, known));
    }
    return contents;
  }

  Result<std::unique_ptr<blob::BlobReader>> open(const model::Digest& digest) override {
    const std::string hex(digest.hex());
    return blobs_->open(std::string(name(digest.algorithm())) + "/" + hex.substr(0, 2) + "/" + hex + "/data");
  }

 private:
  using Known = std::map<std::string, std::size_t>;  // digest -> its root

  // Those in a folder, which may not be there.
  Result<std::vector<Folder::Entry>> entries_of(const std::string& path) {
    BERTH_TRY(const auto folder, repository_.folder(path));
    if (!folder) return std::vector<Folder::Entry>();
    BERTH_TRY(auto entries, folder->list());
    if (entries.size() > kMaxRoots) return fail(Errc::payload_too_large, path + " has too many entries");
    return entries;
  }

  Result<void> read_tags(Contents& contents, Known& known) {
    BERTH_TRY(const auto tags, entries_of("_manifests/tags"));
    for (const auto& tag : tags) {
      auto digest = link_in(repository_, "_manifests/tags/" + tag.name + "/current/link");
      if (!digest) {
        contents.troubles.push_back({.what = tag.name, .error = std::move(digest).error()});
      } else if (*digest) {
        const auto [at, fresh] = known.emplace((*digest)->text(), contents.roots.size());
        if (fresh) contents.roots.push_back({.digest = **digest});
        contents.roots[at->second].names.push_back(tag.name);
      }
    }
    return {};
  }

  // Untagged ones are members of indexes, referrers, or what tags have left behind. A deleted one has no link file.
  Result<void> read_revisions(model::DigestAlgorithm algorithm, Contents& contents, Known& known) {
    const auto path = "_manifests/revisions/" + std::string(name(algorithm));
    BERTH_TRY(const auto revisions, entries_of(path));
    for (const auto& revision : revisions) {
      auto digest = link_in(repository_, path + "/" + revision.name + "/link");
      if (!digest) {
        contents.troubles.push_back({.what = revision.name, .error = std::move(digest).error()});
      } else if (*digest && known.emplace((*digest)->text(), contents.roots.size()).second) {
        contents.roots.push_back({.digest = **digest, .loose = true});
      }
    }
    return {};
  }

  Folder repository_;
  std::shared_ptr<Folder> blobs_;
};

class Distribution final : public RegistryFolder {
 public:
  Distribution(Folder repositories, std::shared_ptr<Folder> blobs)
      : repositories_(std::move(repositories)), blobs_(std::move(blobs)) {}

  Result<std::vector<std::string>> repositories() override {
    const auto is_repository = [](const std::vector<Folder::Entry>& entries) {
      return std::ranges::any_of(entries, [](const auto& entry) { return entry.folder && entry.name == "_manifests"; });
    };
    return find_repositories(repositories_, is_repository,
                             [](std::string_view part) { return !part.starts_with('_'); });
  }

  Result<std::unique_ptr<Source>> open(const std::string& repository) override {
    BERTH_TRY(auto folder, repositories_.folder(repository));
    if (!folder) return fail(Errc::repository_not_found, "there is no repository " + repository);
    return std::make_unique<DistributionSource>(*std::move(folder), blobs_);
  }

 private:
  Folder repositories_;
  std::shared_ptr<Folder> blobs_;
};

}  // namespace

Result<std::unique_ptr<RegistryFolder>> open_distribution(const std::string& path) {
  BERTH_TRY(auto root, Folder::open_path(path));
  BERTH_TRY(auto inside, root.folder(std::string(kInside)));
  if (inside) root = *std::move(inside);
  BERTH_TRY(auto repositories, root.folder("repositories"));
  BERTH_TRY(auto blobs, root.folder("blobs"));
  if (!repositories || !blobs) {
    return fail(Errc::invalid_parameter, path + " is no folder of Distribution's: it has no " + std::string(kInside) +
                                             " with repositories and blobs");
  }
  return std::make_unique<Distribution>(*std::move(repositories), std::make_shared<Folder>(*std::move(blobs)));
}

}  // namespace berth::layout
