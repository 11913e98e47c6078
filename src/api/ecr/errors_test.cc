#include "api/ecr/errors.h"

#include <gtest/gtest.h>

#include <string>

#include "api/ecr/operations.h"

namespace berth::api::ecr {
namespace {

constexpr auto kLastErrc = base::Errc::internal;

std::string table() {
  std::string text;
  for (int i = 0; i <= static_cast<int>(kLastErrc); ++i) {
    const auto code = static_cast<base::Errc>(i);
    const auto exception = exception_for(code);
    text.append(base::name(code)).append(" ").append(name(exception));
    text.append(" ").append(std::to_string(status_of(exception))).append("\n");
  }
  return text;
}

TEST(EcrErrors, TheWholeTable) {
  EXPECT_EQ(table(),
            "invalid_parameter InvalidParameterException 400\n"
            "serialization SerializationException 400\n"
            "name_invalid InvalidParameterException 400\n"
            "tag_invalid InvalidParameterException 400\n"
            "digest_invalid InvalidParameterException 400\n"
            "size_invalid InvalidLayerPartException 400\n"
            "range_invalid InvalidLayerPartException 400\n"
            "manifest_invalid InvalidParameterException 400\n"
            "payload_too_large RequestEntityTooLargeException 413\n"
            "invalid_tag_parameter InvalidTagParameterException 400\n"
            "too_many_tags TooManyTagsException 400\n"
            "unsupported UnsupportedCommandException 400\n"
            "unknown_operation UnknownOperationException 400\n"
            "not_implemented InvalidParameterException 400\n"
            "validation ValidationException 400\n"
            "invalid_input ValidationException 400\n"
            "policy_malformed InvalidParameterException 400\n"
            "missing_authentication MissingAuthenticationTokenException 400\n"
            "incomplete_signature IncompleteSignatureException 400\n"
            "unrecognized_client UnrecognizedClientException 400\n"
            "signature_mismatch InvalidSignatureException 400\n"
            "credentials_expired ExpiredTokenException 400\n"
            "token_invalid UnrecognizedClientException 400\n"
            "token_expired ExpiredTokenException 400\n"
            "access_denied AccessDeniedException 400\n"
            "identity_token_invalid ValidationException 400\n"
            "identity_token_expired ValidationException 400\n"
            "identity_provider_rejected ValidationException 400\n"
            "identity_provider_unreachable ValidationException 400\n"
            "authorization_message_invalid ValidationException 400\n"
            "registry_not_found RegistryNotFoundException 400\n"
            "repository_not_found RepositoryNotFoundException 400\n"
            "repository_exists RepositoryAlreadyExistsException 400\n"
            "repository_not_empty RepositoryNotEmptyException 400\n"
            "image_not_found ImageNotFoundException 400\n"
            "image_exists ImageAlreadyExistsException 400\n"
            "tag_immutable ImageTagAlreadyExistsException 400\n"
            "image_digest_mismatch ImageDigestDoesNotMatchException 400\n"
            "image_referenced InvalidParameterException 400\n"
            "image_storage_class_unsupported ImageStorageClassUpdateNotSupportedException 400\n"
            "referenced_images_not_found ReferencedImagesNotFoundException 400\n"
            "layers_not_found LayersNotFoundException 400\n"
            "layer_inaccessible LayerInaccessibleException 400\n"
            "layer_exists LayerAlreadyExistsException 400\n"
            "layer_referenced InvalidParameterException 400\n"
            "blob_unknown LayersNotFoundException 400\n"
            "upload_not_found UploadNotFoundException 400\n"
            "upload_busy ThrottlingException 400\n"
            "upload_range InvalidLayerPartException 400\n"
            "upload_empty EmptyUploadException 400\n"
            "layer_digest_mismatch InvalidLayerException 400\n"
            "layer_part_too_small LayerPartTooSmallException 400\n"
            "repository_policy_not_found RepositoryPolicyNotFoundException 400\n"
            "registry_policy_not_found RegistryPolicyNotFoundException 400\n"
            "pull_exclusion_exists ExclusionAlreadyExistsException 400\n"
            "pull_exclusion_not_found ExclusionNotFoundException 400\n"
            "lifecycle_policy_not_found LifecyclePolicyNotFoundException 400\n"
            "lifecycle_preview_not_found LifecyclePolicyPreviewNotFoundException 400\n"
            "lifecycle_preview_in_progress LifecyclePolicyPreviewInProgressException 400\n"
            "template_not_found TemplateNotFoundException 400\n"
            "template_exists TemplateAlreadyExistsException 400\n"
            "entity_not_found ValidationException 400\n"
            "entity_exists ValidationException 400\n"
            "entity_unmodifiable ValidationException 400\n"
            "delete_conflict ValidationException 400\n"
            "policy_not_attachable ValidationException 400\n"
            "packed_policy_too_large ValidationException 400\n"
            "limit_exceeded LimitExceededException 400\n"
            "throttled ThrottlingException 400\n"
            "deadline_exceeded ServerException 500\n"
            "storage_full ServerException 500\n"
            "conflict ServerException 500\n"
            "unavailable ServerException 500\n"
            "corrupt ServerException 500\n"
            "internal ServerException 500\n");
}

TEST(EcrErrors, AnOperationAnswersWhatItDeclares) {
  for (const auto& operation : operations()) {
    for (int i = 0; i <= static_cast<int>(kLastErrc); ++i) {
      const auto code = static_cast<base::Errc>(i);
      const auto exception = exception_for(code, operation.errors);
      EXPECT_TRUE(is_common(exception) || operation.errors.contains(exception))
          << operation.name << " would answer " << name(exception) << " for " << base::name(code);
      EXPECT_EQ(status_of(exception), status_of(exception_for(code))) << operation.name << " " << base::name(code);
    }
  }
}

}  // namespace
}  // namespace berth::api::ecr
