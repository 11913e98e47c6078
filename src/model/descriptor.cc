#include "model/descriptor.h"

#include <algorithm>

#include "base/bytes.h"
#include "model/media_type.h"

namespace berth::model {
namespace {

constexpr std::string_view kMembers[] = {"mediaType", "digest",      "size",     "urls",
                                         "data",      "annotations", "platform", "artifactType"};

std::unexpected<base::Error> invalid(std::string_view where, std::string_view what) {
  return base::fail(base::Errc::manifest_invalid, std::string(where) + ": " + std::string(what));
}

const json::Value* present(const json::Value& object, std::string_view member) {
  const json::Value* value = object.find(member);
  return value == nullptr || value->is_null() ? nullptr : value;
}

// As Go's encoding/json compares names: ASCII without case, and the two other letters that Unicode folds to ASCII.
std::string folded(std::string_view name) {
  constexpr std::string_view kLongS = "\u017f";
  constexpr std::string_view kKelvin = "\u212a";
  std::string out;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    if (name.substr(i).starts_with(kLongS)) {
      out += 's';
      i += kLongS.size() - 1;
    } else if (name.substr(i).starts_with(kKelvin)) {
      out += 'k';
      i += kKelvin.size() - 1;
    } else {
      out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
  }
  return out;
}

base::Result<std::uint64_t> parse_size(const json::Value& object, std::string_view where) {
  const json::Value* const size = present(object, "size");
  const auto n = size == nullptr ? std::nullopt : size->as_int();
  if (!n || *n < 0) return invalid(where, "size must be a whole number from 0 to 9223372036854775807");
  return static_cast<std::uint64_t>(*n);
}

base::Result<bool> parse_urls(const json::Value& object, std::string_view where) {
  const json::Value* const urls = present(object, "urls");
  if (urls == nullptr) return false;
  const json::Array* const list = urls->as_array();
  const auto is_text = [](const json::Value& url) { return url.as_string() != nullptr; };
  if (list == nullptr || !std::ranges::all_of(*list, is_text)) return invalid(where, "urls must be a list of strings");
  return !list->empty();
}

base::Result<std::optional<std::string>> parse_data(const json::Value& object, std::uint64_t size,
                                                    std::string_view where) {
  const json::Value* const data = present(object, "data");
  if (data == nullptr) return std::nullopt;
  const std::string* const text = data->as_string();
  auto bytes = text == nullptr ? std::nullopt : base::from_base64(*text);
  if (!bytes) return invalid(where, "data must be base64");
  if (bytes->size() != size) return invalid(where, "data does not have the size that is given");
  return bytes;
}

}  // namespace

base::Result<void> refuse_lookalikes(const json::Object& object, std::span<const std::string_view> known,
                                     std::string_view where) {
  for (const json::Member& member : object) {
    if (member.name.size() > 24 || std::ranges::find(known, member.name) != known.end()) continue;
    const std::string name = folded(member.name);
    const auto same = std::ranges::find_if(known, [&](std::string_view k) { return folded(k) == name; });
    if (same != known.end()) {
      return invalid(where, "'" + member.name + "' would be read as '" + std::string(*same) + "' by some clients");
    }
  }
  return {};
}

base::Result<Annotations> parse_annotations(const json::Value& object, std::string_view where) {
  Annotations out;
  const json::Value* const annotations = present(object, "annotations");
  if (annotations == nullptr) return out;
  const json::Object* const map = annotations->as_object();
  if (map == nullptr) return invalid(where, "annotations must be an object");
  for (const auto& [key, value] : *map) {
    if (value.as_string() == nullptr) return invalid(where, "annotations must be strings");
    out.emplace(key, *value.as_string());
  }
  return out;
}

base::Result<std::string> parse_media_type(const json::Value& object, std::string_view member, std::string_view where) {
  const json::Value* const value = present(object, member);
  if (value == nullptr) return std::string();
  const std::string* const text = value->as_string();
  if (text == nullptr || (!text->empty() && !is_media_type(*text))) {
    return invalid(where, std::string(member) + " must be a media type (RFC 6838)");
  }
  return *text;
}

base::Result<Descriptor> Descriptor::parse(const json::Value& value, std::string_view where) {
  if (value.as_object() == nullptr) return invalid(where, "must be an object");
  BERTH_CHECK(refuse_lookalikes(*value.as_object(), kMembers, where));
  BERTH_TRY(auto media_type, parse_media_type(value, "mediaType", where));
  if (media_type.empty()) return invalid(where, "mediaType is missing");
  const std::string* const digest_text = value.find_string("digest");
  if (digest_text == nullptr) return invalid(where, "digest is missing");
  auto digest = Digest::parse(*digest_text);
  if (!digest) return invalid(where, digest.error().message);
  BERTH_TRY(const auto size, parse_size(value, where));
  BERTH_TRY(auto artifact_type, parse_media_type(value, "artifactType", where));
  BERTH_TRY(auto annotations, parse_annotations(value, where));
  BERTH_TRY(auto data, parse_data(value, size, where));
  BERTH_TRY(const bool has_urls, parse_urls(value, where));
  const bool nondistributable = is_nondistributable(media_type);
  return Descriptor{.media_type = std::move(media_type),
                    .digest = *std::move(digest),
                    .size = size,
                    .artifact_type = std::move(artifact_type),
                    .annotations = std::move(annotations),
                    .data = std::move(data),
                    .has_urls = has_urls,
                    .nondistributable = nondistributable};
}

}  // namespace berth::model
