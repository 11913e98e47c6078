#include "api/ecr/errors.h"

#include <utility>

#include "api/aws/errors.h"

namespace berth::api::ecr {

Exception exception_for(base::Errc code) {
  using enum base::Errc;
  switch (code) {
    case invalid_parameter:
    case name_invalid:
    case tag_invalid:
    case digest_invalid:
    case manifest_invalid:
    case not_implemented:
    case policy_malformed:
    case image_referenced:
    case layer_referenced: return Exception::invalid_parameter;
    case validation:
    case invalid_input:
    case entity_not_found:
    case entity_exists:
    case entity_unmodifiable:
    case delete_conflict:
    case policy_not_attachable:
    case packed_policy_too_large:
    case identity_token_invalid:
    case identity_token_expired:
    case identity_provider_rejected:
    case identity_provider_unreachable:
    case authorization_message_invalid: return Exception::validation;
    case serialization: return Exception::serialization;
    case payload_too_large: return Exception::request_entity_too_large;
    case invalid_tag_parameter: return Exception::invalid_tag_parameter;
    case too_many_tags: return Exception::too_many_tags;
    case unknown_operation: return Exception::unknown_operation;

    case missing_authentication: return Exception::missing_authentication_token;
    case incomplete_signature: return Exception::incomplete_signature;
    case unrecognized_client:
    case token_invalid: return Exception::unrecognized_client;
    case signature_mismatch: return Exception::invalid_signature;
    case credentials_expired:
    case token_expired: return Exception::expired_token;
    case access_denied: return Exception::access_denied;

    case unsupported: return Exception::unsupported_command;
    case registry_not_found: return Exception::registry_not_found;
    case repository_not_found: return Exception::repository_not_found;
    case repository_exists: return Exception::repository_already_exists;
    case repository_not_empty: return Exception::repository_not_empty;
    case image_not_found: return Exception::image_not_found;
    case image_exists: return Exception::image_already_exists;
    case tag_immutable: return Exception::image_tag_already_exists;
    case image_storage_class_unsupported: return Exception::image_storage_class_update_not_supported;
    case image_digest_mismatch: return Exception::image_digest_does_not_match;
    case referenced_images_not_found: return Exception::referenced_images_not_found;
    case layers_not_found:
    case blob_unknown: return Exception::layers_not_found;
    case layer_inaccessible: return Exception::layer_inaccessible;
    case layer_exists: return Exception::layer_already_exists;
    case upload_not_found: return Exception::upload_not_found;
    case upload_range:
    case range_invalid:
    case size_invalid: return Exception::invalid_layer_part;
    case upload_empty: return Exception::empty_upload;
    case layer_digest_mismatch: return Exception::invalid_layer;
    case layer_part_too_small: return Exception::layer_part_too_small;

    case repository_policy_not_found: return Exception::repository_policy_not_found;
    case registry_policy_not_found: return Exception::registry_policy_not_found;
    case pull_exclusion_exists: return Exception::exclusion_already_exists;
    case pull_exclusion_not_found: return Exception::exclusion_not_found;
    case lifecycle_policy_not_found: return Exception::lifecycle_policy_not_found;
    case lifecycle_preview_not_found: return Exception::lifecycle_policy_preview_not_found;
    case lifecycle_preview_in_progress: return Exception::lifecycle_policy_preview_in_progress;
    case template_not_found: return Exception::template_not_found;
    case template_exists: return Exception::template_already_exists;

    case limit_exceeded: return Exception::limit_exceeded;
    case throttled:
    case upload_busy: return Exception::throttling;  // SDKs wait and try again, which is right
    case deadline_exceeded:
    case storage_full:
    case conflict:
    case unavailable:
    case corrupt:
    case internal: return Exception::server;
  }
  std::unreachable();
}

int status_of(Exception exception) {
  if (exception == Exception::server) return 500;
  return exception == Exception::request_entity_too_large ? 413 : 400;
}

Exception exception_for(base::Errc code, ExceptionSet declared) {
  const auto exception = exception_for(code);
  if (is_common(exception) || declared.contains(exception)) return exception;
  if (declared.contains(Exception::invalid_parameter)) return Exception::invalid_parameter;
  return declared.contains(Exception::validation) ? Exception::validation : Exception::unsupported_command;
}

web::Response error_response(Exception exception, const base::Error& error, std::string_view request_id) {
  return aws::json_error(name(exception), status_of(exception), error, request_id);
}

}  // namespace berth::api::ecr
