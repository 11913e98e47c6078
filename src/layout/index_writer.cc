// index.json, written.
#include <map>
#include <set>

#include "json/parse.h"
#include "json/writer.h"
#include "layout/layout_writer.h"
#include "layout/oci_layout.h"
#include "model/media_type.h"

namespace berth::layout {
namespace {

void write_entry(json::Writer& out, const IndexEntry& entry) {
  out.begin_object();
  out.key("mediaType");
  out.string(entry.media_type);
  out.key("digest");
  out.string(entry.digest.text());
  out.key("size");
  out.integer(static_cast<std::int64_t>(entry.size));
  if (!entry.artifact_type.empty()) {
    out.key("artifactType");
    out.string(entry.artifact_type);
  }
  if (!entry.name.empty()) {
    out.key("annotations");
    out.begin_object();
    out.key(kRefName);
    out.string(entry.name);
    out.end_object();
  }
  out.end_object();
}

std::string_view name_in(const json::Value& entry) {
  const auto* const annotations = entry.find("annotations");
  const auto* const name = annotations == nullptr ? nullptr : annotations->find_string(kRefName);
  return name == nullptr ? std::string_view() : *name;
}

}  // namespace

base::Result<std::string> merge_index(std::string_view there, const std::vector<IndexEntry>& entries) {
  json::Value old(json::Object{});
  if (!there.empty()) {
    BERTH_CHECK(read_index(there));
    BERTH_TRY(old, json::parse(there, kIndexLimits));
  }
  std::set<std::string_view> names, digests;
  for (const auto& entry : entries) {
    digests.insert(entry.digest.text());
    if (!entry.name.empty()) names.insert(entry.name);
  }
  json::Writer out;
  out.begin_object();
  out.key("schemaVersion");
  out.integer(2);
  out.key("mediaType");
  out.string(model::media_type::kOciIndex);
  out.key("manifests");
  out.begin_array();
  const auto* const list = old.find("manifests");
  if (list != nullptr && list->as_array() != nullptr) {
    for (const auto& each : *list->as_array()) {
      const auto name = name_in(each);
      const auto* const digest = each.find_string("digest");
      if (names.contains(name) || (name.empty() && digest != nullptr && digests.contains(*digest))) continue;
      out.value(each);
    }
  }
  for (const auto& entry : entries) write_entry(out, entry);
  out.end_array();
  out.end_object();
  return out.take();
}

}  // namespace berth::layout
