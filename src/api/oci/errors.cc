#include "api/oci/errors.h"

#include "json/writer.h"

namespace berth::api::oci {

WireError wire_error(base::Errc code) {
  using enum base::Errc;
  switch (code) {
    case invalid_parameter:
    case serialization:
    case invalid_tag_parameter:
    case too_many_tags:
    case validation:
    case invalid_input:
    case policy_malformed:
    case repository_policy_not_found:
    case registry_policy_not_found:
    case pull_exclusion_exists:
    case pull_exclusion_not_found:
    case image_storage_class_unsupported:
    case lifecycle_policy_not_found:
    case lifecycle_preview_not_found:
    case lifecycle_preview_in_progress:
    case template_not_found:
    case template_exists:
    case entity_not_found:
    case entity_exists:
    case entity_unmodifiable:
    case delete_conflict:
    case policy_not_attachable:
    case packed_policy_too_large:
    case authorization_message_invalid: return {"UNSUPPORTED", 400};
    case name_invalid: return {"NAME_INVALID", 400};
    case tag_invalid: return {"TAG_INVALID", 400};
    case digest_invalid:
    case image_digest_mismatch:
    case layer_digest_mismatch: return {"DIGEST_INVALID", 400};
    case size_invalid: return {"SIZE_INVALID", 400};
    case range_invalid:
    case upload_range: return {"BLOB_UPLOAD_INVALID", 416};
    case manifest_invalid: return {"MANIFEST_INVALID", 400};
    case payload_too_large: return {"SIZE_INVALID", 413};
    case unsupported:
    case not_implemented:
    case unknown_operation: return {"UNSUPPORTED", 404};
    case missing_authentication:
    case incomplete_signature:
    case unrecognized_client:
    case credentials_expired:
    case identity_token_invalid:
    case identity_token_expired:
    case identity_provider_rejected:
    case identity_provider_unreachable:
    case token_invalid:
    case token_expired: return {"UNAUTHORIZED", 401};
    case signature_mismatch:
    case access_denied: return {"DENIED", 403};
    case registry_not_found:
    case repository_not_found: return {"NAME_UNKNOWN", 404};
    case repository_exists:
    case repository_not_empty:
    case image_exists:
    case layer_exists:
    case image_referenced:
    case layer_referenced: return {"DENIED", 409};
    case image_not_found: return {"MANIFEST_UNKNOWN", 404};
    case tag_immutable: return {"TAG_INVALID", 400};
    case referenced_images_not_found:
    case layers_not_found: return {"MANIFEST_BLOB_UNKNOWN", 400};
    case layer_inaccessible:
    case blob_unknown: return {"BLOB_UNKNOWN", 404};
    case upload_not_found: return {"BLOB_UPLOAD_UNKNOWN", 404};
    case upload_busy: return {"BLOB_UPLOAD_INVALID", 409};
    case upload_empty:
    case layer_part_too_small: return {"BLOB_UPLOAD_INVALID", 400};
    case limit_exceeded: return {"DENIED", 400};
    case throttled: return {"TOOMANYREQUESTS", 429};
    case storage_full: return {"TOOMANYREQUESTS", 507};
    case deadline_exceeded:
    case conflict:
    case unavailable: return {"TOOMANYREQUESTS", 503};
    case corrupt:
    case internal: return {"UNKNOWN", 500};
  }
  std::unreachable();
}

web::Response error_response(const base::Error& error, std::string_view request_id, base::Log& log) {
  const auto [code, status] = wire_error(error.code);
  const bool secret = status == 500;
  if (status >= 500) {
    log.error("request failed", {{"request_id", request_id},
                                 {"code", base::name(error.code)},
                                 {"message", error.message},
                                 {"file", std::string_view(error.where.file_name())},
                                 {"line", error.where.line()}});
  }
  json::Writer out;
  out.begin_object();
  out.key("errors");
  out.begin_array();
  out.begin_object();
  out.key("code");
  out.string(code);
  out.key("message");
  out.string(secret ? "The registry failed to answer; the log has more under request id " + std::string(request_id)
                    : error.message);
  out.end_object();
  out.end_array();
  out.end_object();
  web::Response response{.status = status, .body = out.take()};
  response.headers.add("Content-Type", "application/json");
  if (status == 429 || status == 503) response.headers.add("Retry-After", "1");
  if (status == 507) response.headers.add("Retry-After", "30");  // somebody has to delete something first
  return response;
}

}  // namespace berth::api::oci
