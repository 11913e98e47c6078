// What a manifest says, read once and with suspicion (OCI image-spec 1.1 manifest.md, image-index.md, descriptor.md;
// Docker schema 2; ORAS artifact manifest). The bytes themselves are stored as they came and never rewritten.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "model/descriptor.h"

namespace berth::model {

enum class ManifestKind : std::uint8_t { docker_image, docker_list, oci_image, oci_index, oras_artifact };

// A value. Its members are consistent after parse(); changing them is the caller's own affair.
struct Manifest {
  static constexpr std::size_t kMaxBytes = 4 * 1024 * 1024;
  static constexpr std::size_t kMaxDescriptors = 10'000;

  // `content_type` is the Content-Type header or imageManifestMediaType; may be empty. manifest_invalid with a message
  // that is a bare constraint, e.g. "Invalid JSON syntax": the OCI door shows it as it is, the ECR door as
  // base::parameter_message("ImageManifest", message). payload_too_large above kMaxBytes.
  //
  // Refuses all that two readers could understand differently (CVE-2021-41190): two media types, members of both an
  // image and an index, a name twice, a name that differs from a known one in case only, sizes that are no sizes.
  static base::Result<Manifest> parse(std::string_view bytes, std::string_view content_type);

  ManifestKind kind = ManifestKind::oci_image;
  std::string media_type;
  std::string artifact_type;          // the member; empty: none
  std::optional<Descriptor> config;   // of an image
  std::vector<Descriptor> layers;     // of an image; `blobs` of an ORAS artifact
  std::vector<Descriptor> children;   // `manifests` of a list or index
  std::optional<Descriptor> subject;  // what this refers to; need not exist
  Annotations annotations;

  bool is_index() const { return kind == ManifestKind::docker_list || kind == ManifestKind::oci_index; }
  // What kind of artifact this is: artifactType, or else the config's media type. Empty for a plain index.
  const std::string& artifact_media_type() const;
  // Config and layers, as they say themselves. Fits int64.
  std::uint64_t total_size() const;
  // Config and layers whose bytes must be here, each digest once, in order.
  std::vector<const Descriptor*> required_blobs() const;
  // Every descriptor that carries its content in `data`; whoever can hash compares it with the digest.
  std::vector<const Descriptor*> embedded() const;
};

}  // namespace berth::model
