#include "base/error.h"

namespace berth::base {

std::string_view name(Errc code) {
  switch (code) {
#define BERTH_ERRC(e) \
  case Errc::e: return #e;
    BERTH_ERRC(invalid_parameter)
    BERTH_ERRC(serialization)
    BERTH_ERRC(name_invalid)
    BERTH_ERRC(tag_invalid)
    BERTH_ERRC(digest_invalid)
    BERTH_ERRC(size_invalid)
    BERTH_ERRC(range_invalid)
    BERTH_ERRC(manifest_invalid)
    BERTH_ERRC(payload_too_large)
    BERTH_ERRC(invalid_tag_parameter)
    BERTH_ERRC(too_many_tags)
    BERTH_ERRC(unsupported)
    BERTH_ERRC(unknown_operation)
    BERTH_ERRC(not_implemented)
    BERTH_ERRC(validation)
    BERTH_ERRC(invalid_input)
    BERTH_ERRC(policy_malformed)
    BERTH_ERRC(missing_authentication)
    BERTH_ERRC(incomplete_signature)
    BERTH_ERRC(unrecognized_client)
    BERTH_ERRC(signature_mismatch)
    BERTH_ERRC(credentials_expired)
    BERTH_ERRC(token_invalid)
    BERTH_ERRC(token_expired)
    BERTH_ERRC(access_denied)
    BERTH_ERRC(identity_token_invalid)
    BERTH_ERRC(identity_token_expired)
    BERTH_ERRC(identity_provider_rejected)
    BERTH_ERRC(identity_provider_unreachable)
    BERTH_ERRC(authorization_message_invalid)
    BERTH_ERRC(registry_not_found)
    BERTH_ERRC(repository_not_found)
    BERTH_ERRC(repository_exists)
    BERTH_ERRC(repository_not_empty)
    BERTH_ERRC(image_not_found)
    BERTH_ERRC(image_exists)
    BERTH_ERRC(tag_immutable)
    BERTH_ERRC(image_digest_mismatch)
    BERTH_ERRC(image_referenced)
    BERTH_ERRC(image_storage_class_unsupported)
    BERTH_ERRC(referenced_images_not_found)
    BERTH_ERRC(layers_not_found)
    BERTH_ERRC(layer_inaccessible)
    BERTH_ERRC(layer_exists)
    BERTH_ERRC(layer_referenced)
    BERTH_ERRC(blob_unknown)
    BERTH_ERRC(upload_not_found)
    BERTH_ERRC(upload_busy)
    BERTH_ERRC(upload_range)
    BERTH_ERRC(upload_empty)
    BERTH_ERRC(layer_digest_mismatch)
    BERTH_ERRC(layer_part_too_small)
    BERTH_ERRC(repository_policy_not_found)
    BERTH_ERRC(registry_policy_not_found)
    BERTH_ERRC(pull_exclusion_exists)
    BERTH_ERRC(pull_exclusion_not_found)
    BERTH_ERRC(lifecycle_policy_not_found)
    BERTH_ERRC(lifecycle_preview_not_found)
    BERTH_ERRC(lifecycle_preview_in_progress)
    BERTH_ERRC(template_not_found)
    BERTH_ERRC(template_exists)
    BERTH_ERRC(entity_not_found)
    BERTH_ERRC(entity_exists)
    BERTH_ERRC(entity_unmodifiable)
    BERTH_ERRC(delete_conflict)
    BERTH_ERRC(policy_not_attachable)
    BERTH_ERRC(packed_policy_too_large)
    BERTH_ERRC(limit_exceeded)
    BERTH_ERRC(throttled)
    BERTH_ERRC(deadline_exceeded)
    BERTH_ERRC(storage_full)
    BERTH_ERRC(conflict)
    BERTH_ERRC(unavailable)
    BERTH_ERRC(corrupt)
    BERTH_ERRC(internal)
#undef BERTH_ERRC
  }
  std::unreachable();
}

std::string parameter_message(std::string_view path, std::string_view constraint) {
  std::string text = "Invalid parameter at '";
  text.append(path).append("' failed to satisfy constraint: '").append(constraint).append("'");
  return text;
}

std::unexpected<Error> fail_validation(std::string_view path, std::string_view constraint, std::source_location where) {
  std::string text = "1 validation error detected: Value at '";
  text.append(path).append("' failed to satisfy constraint: ").append(constraint);
  return fail(Errc::validation, std::move(text), where);
}

}  // namespace berth::base
