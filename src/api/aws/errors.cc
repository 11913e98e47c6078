#include "api/aws/errors.h"

#include <utility>

#include "api/aws/xml.h"
#include "json/writer.h"

namespace berth::api::aws {

CommonError common_error(base::Errc code) {
  using enum base::Errc;
  switch (code) {
    case invalid_parameter:
    case name_invalid:
    case tag_invalid:
    case digest_invalid:
    case size_invalid:
    case range_invalid:
    case manifest_invalid:
    case invalid_tag_parameter:
    case too_many_tags:
    case unsupported:
    case registry_not_found:
    case repository_not_found:
    case repository_exists:
    case repository_not_empty:
    case image_not_found:
    case image_exists:
    case tag_immutable:
    case image_digest_mismatch:
    case image_referenced:
    case image_storage_class_unsupported:
    case referenced_images_not_found:
    case layers_not_found:
    case layer_inaccessible:
    case layer_exists:
    case layer_referenced:
    case blob_unknown:
    case upload_not_found:
    case upload_range:
    case upload_empty:
    case layer_digest_mismatch:
    case layer_part_too_small:
    case repository_policy_not_found:
    case registry_policy_not_found:
    case pull_exclusion_exists:
    case pull_exclusion_not_found:
    case lifecycle_policy_not_found:
    case lifecycle_preview_not_found:
    case lifecycle_preview_in_progress:
    case template_not_found:
    case template_exists:
    case validation: return {"ValidationException", "ValidationError", 400};
    case limit_exceeded: return {"LimitExceededException", "LimitExceeded", 409};
    case invalid_input: return {"InvalidInputException", "InvalidInput", 400};
    case policy_malformed: return {"MalformedPolicyDocumentException", "MalformedPolicyDocument", 400};
    case entity_not_found: return {"NoSuchEntityException", "NoSuchEntity", 404};
    case entity_exists: return {"EntityAlreadyExistsException", "EntityAlreadyExists", 409};
    case entity_unmodifiable: return {"UnmodifiableEntityException", "UnmodifiableEntity", 400};
    case delete_conflict: return {"DeleteConflictException", "DeleteConflict", 409};
    case policy_not_attachable: return {"PolicyNotAttachableException", "PolicyNotAttachable", 400};
    case packed_policy_too_large: return {"PackedPolicyTooLargeException", "PackedPolicyTooLarge", 400};
    case identity_token_invalid: return {"InvalidIdentityTokenException", "InvalidIdentityToken", 400};
    case identity_token_expired: return {"ExpiredTokenException", "ExpiredTokenException", 400};
    case identity_provider_rejected: return {"IDPRejectedClaimException", "IDPRejectedClaim", 403};
    case identity_provider_unreachable: return {"IDPCommunicationErrorException", "IDPCommunicationError", 400};
    case authorization_message_invalid:
      return {"InvalidAuthorizationMessageException", "InvalidAuthorizationMessageException", 400};
    case serialization: return {"SerializationException", "MalformedInput", 400};
    case payload_too_large: return {"RequestEntityTooLargeException", "RequestEntityTooLarge", 413};
    case unknown_operation:
    case not_implemented: return {"UnknownOperationException", "InvalidAction", 400};
    case missing_authentication: return {"MissingAuthenticationTokenException", "MissingAuthenticationToken", 403};
    case incomplete_signature: return {"IncompleteSignatureException", "IncompleteSignature", 400};
    case unrecognized_client:
    case token_invalid: return {"UnrecognizedClientException", "InvalidClientTokenId", 403};
    case signature_mismatch: return {"InvalidSignatureException", "SignatureDoesNotMatch", 403};
    case credentials_expired:
    case token_expired: return {"ExpiredTokenException", "ExpiredToken", 403};
    case access_denied: return {"AccessDeniedException", "AccessDenied", 403};
    case upload_busy:
    case throttled: return {"ThrottlingException", "Throttling", 400};
    case storage_full:
    case deadline_exceeded:
    case conflict:
    case unavailable:
    case corrupt:
    case internal: return {"InternalFailure", "InternalFailure", 500};
  }
  std::unreachable();
}

int json_status(base::Errc code) {
  const int status = common_error(code).query_status;
  return status == 413 || status == 500 ? status : 400;
}

std::string public_message(const base::Error& error, std::string_view request_id) {
  if (error.code != base::Errc::internal && error.code != base::Errc::corrupt) return error.message;
  return "The service failed to answer; its log has more under request id " + std::string(request_id);
}

void log_failure(base::Log& log, const base::Error& error, std::string_view request_id) {
  if (json_status(error.code) != 500) return;
  log.error("request failed",
            {{"request_id", request_id}, {"code", base::name(error.code)}, {"message", error.message}});
}

web::Response json_error(std::string_view type, int status, const base::Error& error, std::string_view request_id) {
  json::Writer out;
  out.begin_object();
  out.key("__type");
  out.string(type);
  out.key("message");
  out.string(public_message(error, request_id));
  for (const auto& detail : error.details) {
    out.key(detail.name);
    if (const auto* text = std::get_if<std::string>(&detail.value)) {
      out.string(*text);
    } else {
      out.integer(std::get<std::int64_t>(detail.value));
    }
  }
  out.end_object();
  web::Response response{.status = status, .body = out.take()};
  response.headers.add("Content-Type", std::string(kJsonContentType));
  return response;
}

web::Response json_error(const base::Error& error, std::string_view request_id) {
  return json_error(common_error(error.code).json, json_status(error.code), error, request_id);
}

web::Response query_error(std::string_view xml_namespace, const base::Error& error, std::string_view request_id) {
  const auto common = common_error(error.code);
  XmlWriter xml;
  xml.begin("ErrorResponse", xml_namespace);
  xml.begin("Error");
  xml.element("Type", common.query_status < 500 ? "Sender" : "Receiver");
  xml.element("Code", common.query);
  xml.element("Message", public_message(error, request_id));
  xml.end();
  xml.element("RequestId", request_id);
  xml.end();
  web::Response response{.status = common.query_status, .body = xml.take()};
  response.headers.add("Content-Type", std::string(kXmlContentType));
  return response;
}

}  // namespace berth::api::aws
