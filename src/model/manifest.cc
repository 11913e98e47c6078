#include "model/manifest.h"

#include <algorithm>
#include <limits>
#include <set>

#include "json/parse.h"
#include "model/media_type.h"

namespace berth::model {
namespace {

using base::Errc;
using json::Value;

constexpr std::string_view kWhere = "manifest";
constexpr std::string_view kMembers[] = {"schemaVersion", "mediaType", "artifactType", "config",   "layers",
                                         "manifests",     "blobs",     "subject",      "fsLayers", "annotations"};

constexpr std::pair<std::string_view, ManifestKind> kKinds[] = {
    {media_type::kDockerManifest, ManifestKind::docker_image},
    {media_type::kDockerManifestList, ManifestKind::docker_list},
    {media_type::kOciManifest, ManifestKind::oci_image},
    {media_type::kOciIndex, ManifestKind::oci_index},
    {media_type::kOrasArtifact, ManifestKind::oras_artifact},
};

std::unexpected<base::Error> invalid(std::string message) {
  return base::fail(Errc::manifest_invalid, std::move(message));
}

bool has(const Value& root, std::string_view member) {
  const Value* const value = root.find(member);
  return value != nullptr && !value->is_null();
}

std::optional<std::int64_t> schema_version(const Value& root) {
  const Value* const version = root.find("schemaVersion");
  return version == nullptr ? std::nullopt : version->as_int();
}

base::Result<void> refuse_schema1(const Value& root, std::string_view content_type) {
  const auto is_schema1 = [](std::string_view type) {
    return type == media_type::kDockerSchema1 || type == media_type::kDockerSchema1Signed;
  };
  const std::string* const said = root.find_string("mediaType");
  if (schema_version(root) == 1 || is_schema1(bare_media_type(content_type)) ||
      (said != nullptr && is_schema1(*said))) {
    return invalid("Docker image manifest schema 1 is not supported: push with a client that writes schema 2 or OCI");
  }
  return {};
}

// What the body and the header say together, or else what the body looks like.
base::Result<std::string> find_media_type(const Value& root, std::string_view content_type) {
  BERTH_TRY(auto said, parse_media_type(root, "mediaType", kWhere));
  auto announced = bare_media_type(content_type);
  if (!said.empty() && !announced.empty() && said != announced) {
    return invalid("mediaType '" + said + "' of the manifest is not the media type it was sent with, '" +
                   announced.substr(0, kMaxMediaTypeLength) + "'");
  }
  if (!said.empty()) return said;
  if (!announced.empty()) return announced;
  if (has(root, "manifests")) return std::string(media_type::kOciIndex);
  if (has(root, "config") || has(root, "layers")) return std::string(media_type::kOciManifest);
  return invalid("the manifest has neither a media type nor config, layers or manifests");
}

base::Result<ManifestKind> find_kind(const Value& root, std::string_view type) {
  const auto* known = std::ranges::find(kKinds, type, &std::pair<std::string_view, ManifestKind>::first);
  if (known == std::end(kKinds)) {
    return invalid("media type '" + std::string(type.substr(0, kMaxMediaTypeLength)) + "' is not supported");
  }
  if (known->second != ManifestKind::oras_artifact && schema_version(root) != 2) {
    return invalid("schemaVersion must be 2");
  }
  return known->second;
}

// CVE-2021-41190: whoever looks at other members than we do must not find another image there.
base::Result<void> refuse_ambiguity(const Value& root, ManifestKind kind) {
  const auto refuse = [&](std::initializer_list<std::string_view> members) -> base::Result<void> {
    for (const auto member : members) {
      if (has(root, member)) {
        return invalid("ambiguous manifest: '" + std::string(member) + "' does not belong in one of its media type");
      }
    }
    return {};
  };
  switch (kind) {
    case ManifestKind::docker_image:
    case ManifestKind::oci_image: return refuse({"manifests", "blobs", "fsLayers"});
    case ManifestKind::docker_list:
    case ManifestKind::oci_index: return refuse({"config", "layers", "blobs", "fsLayers"});
    case ManifestKind::oras_artifact: return refuse({"config", "layers", "manifests", "fsLayers"});
  }
  std::unreachable();
}

base::Result<std::optional<Descriptor>> parse_one(const Value& root, std::string_view member) {
  if (!has(root, member)) return std::nullopt;
  BERTH_TRY(auto descriptor, Descriptor::parse(*root.find(member), member));
  return descriptor;
}

// Absent and null are an empty list.
base::Result<std::vector<Descriptor>> parse_list(const Value& root, std::string_view member) {
  std::vector<Descriptor> out;
  if (!has(root, member)) return out;
  const json::Array* const list = root.find(member)->as_array();
  if (list == nullptr) return invalid(std::string(member) + " must be a list");
  if (list->size() > Manifest::kMaxDescriptors) {
    return invalid(std::string(member) + " has more than " + std::to_string(Manifest::kMaxDescriptors) + " entries");
  }
  out.reserve(list->size());
  for (const Value& each : *list) {
    const std::string where = std::string(member) + "[" + std::to_string(out.size()) + "]";
    BERTH_TRY(auto descriptor, Descriptor::parse(each, where));
    out.push_back(std::move(descriptor));
  }
  return out;
}

base::Result<void> parse_content(const Value& root, Manifest& out) {
  switch (out.kind) {
    case ManifestKind::docker_image:
    case ManifestKind::oci_image: {
      BERTH_TRY(out.config, parse_one(root, "config"));
      if (!out.config) return invalid("config is missing");
      BERTH_TRY(out.layers, parse_list(root, "layers"));
      return {};
    }
    case ManifestKind::docker_list:
    case ManifestKind::oci_index: {
      if (root.find("manifests") == nullptr) return invalid("manifests is missing");
      BERTH_TRY(out.children, parse_list(root, "manifests"));
      return {};
    }
    case ManifestKind::oras_artifact: {
      BERTH_TRY(out.layers, parse_list(root, "blobs"));
      return {};
    }
  }
  std::unreachable();
}

// Docker's schema has neither artifactType nor subject; its readers do not look for them.
base::Result<void> parse_relations(const Value& root, Manifest& out) {
  if (out.kind == ManifestKind::docker_image || out.kind == ManifestKind::docker_list) return {};
  BERTH_TRY(out.artifact_type, parse_media_type(root, "artifactType", kWhere));
  BERTH_TRY(out.subject, parse_one(root, "subject"));
  if (out.kind == ManifestKind::oras_artifact && out.artifact_type.empty()) return invalid("artifactType is missing");
  return {};
}

base::Result<void> check_total_size(const Manifest& manifest) {
  std::uint64_t left = std::numeric_limits<std::int64_t>::max();
  if (manifest.config) left -= manifest.config->size;
  for (const Descriptor& layer : manifest.layers) {
    if (layer.size > left) return invalid("the sizes add up to more than 9223372036854775807 bytes");
    left -= layer.size;
  }
  return {};
}

}  // namespace

base::Result<Manifest> Manifest::parse(std::string_view bytes, std::string_view content_type) {
  if (bytes.size() > kMaxBytes) {
    return base::fail(Errc::payload_too_large, "manifest is larger than " + std::to_string(kMaxBytes) + " bytes");
  }
  auto parsed = json::parse(bytes);
  if (!parsed) return invalid("Invalid JSON syntax");  // ECR's text, whatever is wrong with it
  const Value& root = *parsed;
  if (root.as_object() == nullptr) return invalid("the manifest must be a JSON object");
  BERTH_CHECK(refuse_lookalikes(*root.as_object(), kMembers, kWhere));

  BERTH_CHECK(refuse_schema1(root, content_type));

  Manifest out;
  BERTH_TRY(out.media_type, find_media_type(root, content_type));
  BERTH_TRY(out.kind, find_kind(root, out.media_type));
  BERTH_CHECK(refuse_ambiguity(root, out.kind));
  BERTH_CHECK(parse_content(root, out));
  BERTH_CHECK(parse_relations(root, out));
  BERTH_TRY(out.annotations, parse_annotations(root, kWhere));
  BERTH_CHECK(check_total_size(out));
  return out;
}

const std::string& Manifest::artifact_media_type() const {
  return artifact_type.empty() && config ? config->media_type : artifact_type;
}

std::uint64_t Manifest::total_size() const {
  std::uint64_t total = config ? config->size : 0;
  for (const Descriptor& layer : layers) total += layer.size;
  return total;
}

std::vector<const Descriptor*> Manifest::required_blobs() const {
  std::vector<const Descriptor*> out;
  std::set<std::string_view> seen;
  const auto need = [&](const Descriptor& blob) {
    if (!blob.nondistributable && seen.insert(blob.digest.text()).second) out.push_back(&blob);
  };
  if (config) need(*config);
  std::ranges::for_each(layers, need);
  return out;
}

std::vector<const Descriptor*> Manifest::embedded() const {
  std::vector<const Descriptor*> out;
  const auto look = [&](const Descriptor& each) {
    if (each.data) out.push_back(&each);
  };
  if (config) look(*config);
  std::ranges::for_each(layers, look);
  std::ranges::for_each(children, look);
  if (subject) look(*subject);
  return out;
}

}  // namespace berth::model
