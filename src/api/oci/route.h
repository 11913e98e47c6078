// What a path of the OCI door names (distribution-spec 1.1, "Endpoints"). Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace berth::api::oci {

enum class Endpoint : std::uint8_t { ping, catalog, manifest, blob, uploads, upload, tags, referrers };

struct Route {
  Endpoint endpoint = Endpoint::ping;
  std::string name;       // of the repository, decoded, unchecked
  std::string reference;  // tag, digest or upload, decoded, unchecked
};

// `path` is raw. Read from its end, since any word may occur inside a repository's name. An escaped '/' is not a '/':
// name_invalid. unsupported: no endpoint.
base::Result<Route> parse_route(std::string_view path);

}  // namespace berth::api::oci
