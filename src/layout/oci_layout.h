// OCI image layouts (image-spec 1.1, image-layout.md), in a folder or in a tar archive: what `skopeo copy ... oci:`,
// `crane pull --format=oci`, `oras cp --to-oci-layout`, buildx and `docker save` since Docker 25 write.
#pragma once

#include <memory>
#include <string>

#include "json/parse.h"
#include "layout/source.h"

namespace berth::layout {

inline constexpr std::string_view kRefName = "org.opencontainers.image.ref.name";
inline constexpr std::string_view kLayoutFile = "oci-layout";
inline constexpr std::string_view kIndexFile = "index.json";
inline constexpr std::string_view kLayoutText = R"({"imageLayoutVersion":"1.0.0"})";
inline constexpr std::uint64_t kMaxIndexBytes = 64ULL << 20;
// One index names all the images of a repository: a zot's has one entry for each of its tags.
inline constexpr json::Limits kIndexLimits{.depth = 64, .elements = 2'000'000};

// What index.json names. manifest_invalid: it is no index at all.
base::Result<Contents> read_index(std::string_view text);

class OciLayout final : public Source {
 public:
  explicit OciLayout(std::unique_ptr<Files> files) : files_(std::move(files)) {}
  // A folder, or a tar archive. invalid_parameter: neither holds a layout, with a word about what it may be instead.
  static base::Result<std::unique_ptr<OciLayout>> open_path(const std::string& path);

  base::Result<Contents> contents() override;
  base::Result<std::unique_ptr<blob::BlobReader>> open(const model::Digest& digest) override;

 private:
  base::Result<void> check_version(const std::string& path);

  std::unique_ptr<Files> files_;
};

}  // namespace berth::layout
