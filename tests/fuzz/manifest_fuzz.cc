// A manifest from a stranger. Nothing may crash, and one that is accepted has one reading: the same with its own media
// type for a Content-Type, none with any other.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "model/manifest.h"
#include "model/media_type.h"

namespace {

using namespace berth;

void require(bool holds) {
  if (!holds) std::abort();
}

void check(const model::Manifest& manifest) {
  require(manifest.total_size() <= INT64_MAX);
  require(manifest.required_blobs().size() <= manifest.layers.size() + 1);
  require(manifest.children.empty() || (manifest.layers.empty() && !manifest.config));
  for (const auto* each : manifest.embedded()) require(each->data->size() == each->size);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto alone = model::Manifest::parse(bytes, "");
  if (alone) {
    check(*alone);
    const auto announced = model::Manifest::parse(bytes, alone->media_type);
    require(announced && announced->kind == alone->kind && announced->total_size() == alone->total_size());
  } else {
    require(alone.error().code == base::Errc::manifest_invalid || alone.error().code == base::Errc::payload_too_large);
  }
  for (const auto type :
       {model::media_type::kDockerManifest, model::media_type::kDockerManifestList, model::media_type::kOciManifest,
        model::media_type::kOciIndex, model::media_type::kOrasArtifact, model::media_type::kDockerSchema1}) {
    const auto manifest = model::Manifest::parse(bytes, type);
    if (!manifest) continue;
    check(*manifest);
    require(manifest->media_type == type);
  }
  return 0;
}
