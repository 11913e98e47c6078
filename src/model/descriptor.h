// A reference to content from within a manifest (OCI image-spec 1.1, descriptor.md).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "json/value.h"
#include "model/digest.h"

namespace berth::model {

using Annotations = std::map<std::string, std::string>;

struct Descriptor {
  std::string media_type;
  Digest digest;
  std::uint64_t size = 0;
  std::string artifact_type;  // empty: none
  Annotations annotations;
  std::optional<std::string> data;  // decoded; as long as `size`, but not yet compared with `digest`
  bool has_urls = false;
  bool nondistributable = false;  // by its media type: the blob need not be here

  // `where` names it in messages, e.g. "layers[2]". manifest_invalid.
  static base::Result<Descriptor> parse(const json::Value& value, std::string_view where);
};

// The optional members that descriptors and manifests share. null counts as absent, since Go writes it for nil.
base::Result<Annotations> parse_annotations(const json::Value& object, std::string_view where);
base::Result<std::string> parse_media_type(const json::Value& object, std::string_view member, std::string_view where);

// Refuses a name that is one of `known` but for its case: Go's decoder, and so most clients, would take it for that
// one.
base::Result<void> refuse_lookalikes(const json::Object& object, std::span<const std::string_view> known,
                                     std::string_view where);

}  // namespace berth::model
