// Media types: the ones that mean something here, and the syntax of all.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace berth::model {

namespace media_type {
inline constexpr std::string_view kDockerManifest = "application/vnd.docker.distribution.manifest.v2+json";
inline constexpr std::string_view kDockerManifestList = "application/vnd.docker.distribution.manifest.list.v2+json";
inline constexpr std::string_view kDockerSchema1 = "application/vnd.docker.distribution.manifest.v1+json";
inline constexpr std::string_view kDockerSchema1Signed = "application/vnd.docker.distribution.manifest.v1+prettyjws";
inline constexpr std::string_view kDockerForeignLayer = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip";
inline constexpr std::string_view kOciManifest = "application/vnd.oci.image.manifest.v1+json";
inline constexpr std::string_view kOciIndex = "application/vnd.oci.image.index.v1+json";
inline constexpr std::string_view kOciEmpty = "application/vnd.oci.empty.v1+json";
inline constexpr std::string_view kOrasArtifact = "application/vnd.cncf.oras.artifact.manifest.v1+json";
inline constexpr std::string_view kOctetStream = "application/octet-stream";
}  // namespace media_type

inline constexpr std::size_t kMaxMediaTypeLength = 255;

// type "/" subtype by RFC 6838 section 4.2, no parameters.
bool is_media_type(std::string_view text);

// A header's value without parameters and surrounding space, in lower case: "Text/Plain; q=1" is "text/plain".
std::string bare_media_type(std::string_view header);

// Layers that stay where they came from: a registry accepts a manifest without having their bytes.
bool is_nondistributable(std::string_view layer_media_type);

}  // namespace berth::model
