// GET /v2/<name>/referrers/<digest>
#include "api/oci/call.h"

namespace berth::api::oci {
namespace {

// Annotations come from clients and may be large, so a page ends by bytes as well as by entries.
constexpr std::size_t kPageBytes = 4 << 20;
constexpr std::size_t kBatch = 20;

void write_descriptor(json::Writer& out, const model::Image& image) {
  out.begin_object();
  out.key("mediaType");
  out.string(image.media_type);
  out.key("digest");
  out.string(image.digest.text());
  out.key("size");
  out.integer(static_cast<std::int64_t>(image.manifest_size));
  if (image.artifact_type) {
    out.key("artifactType");
    out.string(*image.artifact_type);
  }
  if (!image.annotations.empty()) {
    out.key("annotations");
    out.begin_object();
    for (const auto& [key, value] : image.annotations) {
      out.key(key);
      out.string(value);
    }
    out.end_object();
  }
  out.end_object();
}

}  // namespace

web::Reaction referrers(const Call& call) {
  if (call.request.method != web::Method::get && call.request.method != web::Method::head) {
    return call.not_allowed("GET, HEAD");
  }
  const auto ref = call.repository();
  if (!ref) return call.error(ref.error());
  const auto subject = model::Digest::parse(call.route.reference);
  if (!subject) return call.error(subject.error());
  const auto page = paging(call.query);
  if (!page) return call.error(page.error());

  meta::ReferrerPage batch{
      .after = page->last, .limit = kBatch, .artifact_types = {}, .status = model::ImageStatus::active};
  const auto type = call.query.get("artifactType");
  if (!type.empty()) batch.artifact_types = {std::string(type)};

  json::Writer out;
  out.begin_object();
  out.key("schemaVersion");
  out.integer(2);
  out.key("mediaType");
  out.string("application/vnd.oci.image.index.v1+json");
  out.key("manifests");
  out.begin_array();
  std::size_t entries = 0;
  bool more = true;
  while (more && entries < page->limit && out.text().size() < kPageBytes) {
    batch.limit = std::min(kBatch, page->limit - entries) + 1;
    const auto found = call.deps.images.referrers(call.scope, *ref, *subject, batch);
    if (!found) return call.error(found.error());
    more = found->size() == batch.limit;
    for (std::size_t i = 0; i < found->size() - (more ? 1 : 0); ++i) {
      write_descriptor(out, (*found)[i]);
      batch.after = (*found)[i].digest.text();
      ++entries;
    }
  }
  out.end_array();
  out.end_object();
  web::Response response{.body = out.take()};
  response.headers.add("Content-Type", "application/vnd.oci.image.index.v1+json");
  if (!type.empty()) response.headers.add("OCI-Filters-Applied", "artifactType");
  if (more && entries > 0)
    add_next_link(response, call.path_of(*ref) + "/referrers/" + subject->text(), call.query, *page, batch.after);
  return response;
}

}  // namespace berth::api::oci
