#include "layout/oci_layout.h"

#include <filesystem>
#include <map>

#include "json/parse.h"
#include "layout/folder.h"
#include "layout/tar.h"
#include "model/descriptor.h"

namespace berth::layout {
namespace {

using base::Errc;
using base::fail;
using base::Result;

// containerd and Docker say the whole reference besides.
constexpr std::string_view kContainerdName = "io.containerd.image.name";

std::string name_of(const model::Descriptor& entry) {
  for (const auto& key : {kRefName, kContainerdName}) {
    const auto found = entry.annotations.find(std::string(key));
    if (found != entry.annotations.end() && !found->second.empty()) return found->second;
  }
  return {};
}

}  // namespace

Result<Contents> read_index(std::string_view text) {
  auto parsed = json::parse(text, kIndexLimits);
  if (!parsed) return fail(Errc::manifest_invalid, "index.json is not JSON: " + parsed.error().message);
  const auto* const version = parsed->find("schemaVersion");
  if (version == nullptr || version->as_int() != 2)
    return fail(Errc::manifest_invalid, "index.json: schemaVersion must be 2");
  Contents contents;
  const auto* const list = parsed->find("manifests");
  if (list == nullptr || list->is_null()) return contents;  // what zot writes for an empty repository
  if (list->as_array() == nullptr) return fail(Errc::manifest_invalid, "index.json: manifests must be a list");
  std::map<std::string, std::size_t> known;
  std::size_t position = 0;
  for (const auto& each : *list->as_array()) {
    const auto where = "index.json: manifests[" + std::to_string(position++) + "]";
    auto entry = model::Descriptor::parse(each, where);
    if (!entry) {
      contents.troubles.push_back({.what = where, .error = std::move(entry).error()});
      continue;
    }
    const auto [at, fresh] = known.emplace(entry->digest.text(), contents.roots.size());
    if (fresh) {
      contents.roots.push_back({.digest = entry->digest, .media_type = entry->media_type, .size = entry->size});
    } else if (contents.roots[at->second].media_type != entry->media_type) {
      contents.troubles.push_back(
          {.what = where, .error = fail(Errc::manifest_invalid, "the same image with two media types").error()});
      continue;
    }
    if (auto name = name_of(*entry); !name.empty()) contents.roots[at->second].names.push_back(std::move(name));
  }
  return contents;
}

Result<std::unique_ptr<OciLayout>> OciLayout::open_path(const std::string& path) {
  std::unique_ptr<Files> files;
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    BERTH_TRY(auto folder, Folder::open_path(path));
    files = std::make_unique<Folder>(std::move(folder));
  } else {
    BERTH_TRY(files, TarFiles::open_path(path));
  }
  auto layout = std::make_unique<OciLayout>(std::move(files));
  BERTH_CHECK(layout->check_version(path));
  return layout;
}

Result<void> OciLayout::check_version(const std::string& path) {
  BERTH_TRY(const auto marker, files_->open(std::string(kLayoutFile)));
  if (!marker) {
    BERTH_TRY(const auto docker, files_->open("manifest.json"));
    return fail(Errc::invalid_parameter,
                path + " is no OCI layout: it has no file oci-layout" +
                    (docker ? "; it seems to be what `docker save` wrote before Docker 25, which `skopeo copy "
                              "docker-archive:FILE oci:FOLDER` turns into one"
                            : ""));
  }
  BERTH_TRY(const auto text, read_all(*marker, 64 << 10));
  const auto parsed = json::parse(text);
  const auto* const version = parsed ? parsed->find_string("imageLayoutVersion") : nullptr;
  if (version == nullptr || !version->starts_with("1.")) {
    return fail(Errc::invalid_parameter, path + " is an OCI layout of a version that is not known here");
  }
  return {};
}

Result<Contents> OciLayout::contents() {
  BERTH_TRY(const auto index, files_->open(std::string(kIndexFile)));
  if (!index) return fail(Errc::manifest_invalid, "there is no index.json");
  auto text = read_all(*index, kMaxIndexBytes);
  if (!text) return fail(text.error().code, "index.json: " + text.error().message);
  return read_index(*text);
}

Result<std::unique_ptr<blob::BlobReader>> OciLayout::open(const model::Digest& digest) {
  return files_->open(blob_path(digest));
}

}  // namespace berth::layout
